"""What whoever answers must know at once (一口清, R-10): fees, procedures, outages, answers."""
