"""``python -m api.cli`` is ``sanlai``."""

from api.cli import main

main()
