"""The web pages: templates, static files, catalogues and page contexts."""
