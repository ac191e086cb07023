"""What the company holds of materials, and where: catalogue, prices, and a double-entry ledger."""
