"""What stands in the field and who minds it: offices, areas, stations and what they measure.

Imports ``kit`` only.
"""
