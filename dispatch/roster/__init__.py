"""The duty network: who is on call, who stands in for whom, leave, swaps and returns."""
