"""Write the next migration: ``python -m api.operations.migrations.new "what changes"``.

The difference is taken between the tables in code and a scratch SQLite database that has been
brought to the newest step. Read what was written before it is committed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from api.operations.migrate import alembic_config, upgrade
from kit.db import Database

VERSIONS = Path(__file__).parent / "versions"


def write(message: str) -> Path:
    """Write the next step and return its file."""
    config = alembic_config()
    scripts = ScriptDirectory.from_config(config)
    number = f"{len(list(scripts.walk_revisions())) + 1:04d}"
    config.set_main_option("file_template", number + "_%%(slug)s")
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/scratch.db")
        if scripts.get_current_head() is not None:
            upgrade(db)
        with db.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message=message, autogenerate=True, rev_id=number)
        db.close()
    path = next(VERSIONS.glob(f"{number}_*.py"))
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^ *# ###.*\n", "", text), encoding="utf-8")  # Alembic's remarks
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "-q", "--fix-only", str(path)], check=True)  # noqa: S603 - own tool
    subprocess.run([*ruff, "format", "-q", str(path)], check=True)  # noqa: S603 - own tool
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('usage: python -m api.operations.migrations.new "what changes"')
    sys.stdout.write(f"{write(sys.argv[1])}\n")
