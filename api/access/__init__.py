"""Who may: accounts, log-ins, the right to each route, and what protects the conversation."""
