"""Dated lists that come by file: the catalogue of materials, their prices, the fee standard.

A file is a spreadsheet or TOML, and is taken apart by ``api.site``, which knows the cell or line
of every value. All of it is loaded, or nothing.
"""
