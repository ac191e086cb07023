"""From the broker to the store: sorted, counted, durable, acknowledged."""
