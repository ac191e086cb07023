"""One pump station on its own EPANET network, and what it sends."""
