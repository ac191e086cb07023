"""The pages' own files: found once, named by content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
import logging
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from api.web import assets

FOLDER = Path(__file__).resolve().parent / "static"
ONE_YEAR_S = 31_536_000
_TYPES = {".js": "text/javascript", ".css": "text/css", ".webmanifest": "application/manifest+json"}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Statics:
    """The files below ``static/`` with the digest of each."""

    digests: dict[str, str]

    def url(self, name: str) -> str:
        """Return the address of a file, with its digest; raise ``KeyError`` for an unknown one."""
        return f"/static/{name}?v={self.digests[name]}"

    def has(self, name: str) -> bool:
        """Whether the file is there (third-party scripts may not be installed)."""
        return name in self.digests

    def answer(self, name: str, request: Request) -> Response | None:
        """Return the file, or 304 for a browser that has it; None when there is no such file."""
        digest = self.digests.get(name)
        if digest is None:
            return None
        kept = "immutable" if request.query_params.get("v") == digest else "no-cache"
        age = f"max-age={ONE_YEAR_S}, " if kept == "immutable" else ""
        headers = {"ETag": f'"{digest}"', "Cache-Control": f"public, {age}{kept}"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        path = FOLDER / name
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0]
        return FileResponse(path, media_type=kind, headers=headers)


def find_statics() -> Statics:
    """Read the files below ``static/``; warn when the third-party scripts are not installed."""
    if not assets.installed():
        log.warning("front-end scripts are missing: run `python -m api.web.assets install`")
    return Statics(
        {
            path.relative_to(FOLDER).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            for path in sorted(FOLDER.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }
    )
