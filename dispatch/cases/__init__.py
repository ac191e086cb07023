"""The case behind a matter: who owns it, of which type it is, its notices, and its answer."""
