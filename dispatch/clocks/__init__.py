"""What must happen by when, and whether it did."""
