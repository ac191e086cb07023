"""The knowledge base: searched, read, written."""
