"""Running the program: health, schema, checks."""
