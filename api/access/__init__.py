"""Access: log-ins, the right to each route, and protection against forged requests."""
