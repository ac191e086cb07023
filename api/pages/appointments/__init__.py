"""Appointments and services at home beside their sheets: the day, the slots, the customer's own."""
