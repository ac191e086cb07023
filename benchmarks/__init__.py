"""Measurements of the program against its peers, on real servers of the bench's own."""
