"""One repair, from the first word to the archive: begin at ``workflow``."""
