"""The top: the only place where things are put together.

Settings, bootstrap, HTTP, sessions and roles, web pages, scheduler, bridge and command line.
"""
