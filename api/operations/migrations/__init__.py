"""The steps that bring a database from one version of the schema to the next (Alembic).

There is no way back down: a step that loses nothing cannot be undone without losing what was
recorded since. Go back by restoring a backup.
"""
