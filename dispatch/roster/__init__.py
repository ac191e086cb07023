"""The duty network: who stands in for whom, and leave asked, approved and returned from."""
