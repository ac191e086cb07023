"""Appointments and service at home: slots, times agreed, kept or not, and by whom (R-12, R-13)."""
