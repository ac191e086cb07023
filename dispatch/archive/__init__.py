"""The archive: sealed, numbered, verified."""
