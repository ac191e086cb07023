"""From bytes on MQTT to points in the store and alarms.

Core: ``model``, ``topics``, ``codec``, ``sequence``, ``alarms``. Shell: ``mqtt`` (the only
importer of paho), ``spool``, ``ingest``, ``tables``, ``stores``. Imports ``stations`` and ``kit``.
"""
