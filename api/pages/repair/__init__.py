"""One repair and lists of them."""
