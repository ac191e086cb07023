"""Measurements of the program against its peers, on real servers that the bench starts."""
