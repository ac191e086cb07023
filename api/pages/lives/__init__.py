"""The pages of every life beside the repair's: a list, a form to begin one, and its sheet."""
