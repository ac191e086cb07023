"""What follows from stored values: what counters counted."""
