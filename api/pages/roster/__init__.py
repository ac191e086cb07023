"""The duty roster: who is on call now, the week by office, and its entry."""
