"""What stands in the field: service offices, residential areas, stations and what they measure.

Imports ``kit`` only.
"""
