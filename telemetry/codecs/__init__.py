"""From bytes to messages, one module for each protocol."""
