"""Who waits at the counter and on the hotline (R-09)."""
