"""The top: the only place where things are put together.

Settings, bootstrap, HTTP, sessions and posts, web pages, scheduler, bridge and command line.
"""
