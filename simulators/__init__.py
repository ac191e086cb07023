"""Stations, recordings and people that are not there: for the demo, for load and for faults.

Nothing of the project is imported here: a simulator speaks MQTT and HTTP, as a real station or
phone would, so it can't share a mistake with the program that it tries.
"""
