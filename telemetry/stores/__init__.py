"""Where points are kept: one port, two stores, one contract that both pass."""
