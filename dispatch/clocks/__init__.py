"""Commitments and deadlines: what must happen by when, and whether it did."""
