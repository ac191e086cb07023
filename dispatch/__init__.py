"""From 三来 to the archive: intake, arrival commitments and the signature chain of a repair.

Open ``repair/workflow.py`` first: it is the whole life of a ticket on one screen. Imports
``stations`` and ``kit``; never ``telemetry``.
"""
