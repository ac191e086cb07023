"""The small water company that tests work in: its people, its ground, its web server."""
