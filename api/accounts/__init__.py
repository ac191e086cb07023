"""People who log in, and their passwords."""
