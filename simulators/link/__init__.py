"""How a station speaks: the messages, the outbox that keeps them, MQTT."""
