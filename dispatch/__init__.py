"""From 三来 to the archive: intake, arrival commitments and the signature chain of a repair.

Open ``workflow`` first: it is the whole life of a ticket on one screen.
Core: ``model``, ``workflow``, ``commitments``, ``intake``, ``chain``. Shell: ``handlers``,
``queries``, ``tables``. Imports ``stations`` and ``kit``; never ``telemetry``.
"""
