"""The top floor: the only place where the parts are put together.

Settings, bootstrap, HTTP, sessions and posts, web pages, scheduler, bridge and command line.
"""
