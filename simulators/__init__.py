"""Simulated stations, replayed recordings and simulated people: for the demo, load and faults.

Nothing of the project is imported here: a simulator speaks MQTT and HTTP, as a real station or
phone would, so it can't share a mistake with the program under test.
"""
