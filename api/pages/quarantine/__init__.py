"""What was refused on the way in."""
