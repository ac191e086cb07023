"""Page contexts: everything that a template may show, as frozen values made by pure functions."""
