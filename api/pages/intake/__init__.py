"""The hotline, and reports of staff."""
