"""What every room needs: clock, ids, errors, actors, cited rules, geometry, the database session.

Nothing here knows of a pump or a repair. ``kit`` imports no other package of the project.
"""
