"""What stands in the field and who minds it: pump stations and their sensors.

Core: ``model``. Shell: ``tables``, ``store``, ``importer``. Imports ``kit`` only.
"""
