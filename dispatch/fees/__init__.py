"""The fee standard: what a repair costs, by the date from which each price is in force (R-14)."""
