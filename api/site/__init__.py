"""The site file: offices, residential areas, stations and their alarm rules, in and out.

``toml_source`` and ``workbook_source`` turn a file into one raw mapping that knows where each
value stands; ``read_site`` reads that mapping, whichever it came from; ``site_changes`` compares
it with the database, ``site_store`` applies the difference; ``site_export`` and
``workbook_export`` write it out.
"""
