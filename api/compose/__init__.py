"""Where the parts are put together into processes."""
