"""What a process of the program works with: its settings, records, store and desk."""
