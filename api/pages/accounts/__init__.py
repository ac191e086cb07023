"""Log-in and accounts."""
