"""Parses a TOML site file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from api.site.site import Path, SiteSource
from api.site.toml_positions import lines_of, nearest_line
from kit.errors import FieldError, Invalid

MOST_BYTES = 64 * 1024 * 1024
"""Largest file that is read: fifty thousand areas are ten megabytes."""

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def open_toml(file: FilePath) -> SiteSource:
    """Return what a file holds; raise ``Invalid`` when it can't be read or is no TOML."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Invalid([_fault(file.name, f"has more than {MOST_BYTES // 2**20} MB")])
        data = file.read_bytes()
    except OSError as error:
        raise Invalid([_fault(file.name, f"can't be read ({error.strerror})")]) from error
    try:
        text = data.decode("utf-8-sig")  # a byte order mark, as editors on Windows write it
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(
            [_fault(f"{file.name}:{line}", "is not UTF-8: save the file as UTF-8")]
        ) from error
    return toml_source(text, file.name, beside(file.parent))


def toml_source(text: str, name: str, read_file: Callable[[str], str] | None = None) -> SiteSource:
    """Return what a text holds; raise ``Invalid`` when it is no TOML."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid([_not_toml(name, text, str(error))]) from error
    except RecursionError as error:
        raise Invalid([_fault(name, "is nested too deep")]) from error

    @cache
    def lines() -> dict[Path, int]:
        return lines_of(text)

    def where(path: Path) -> str:
        return f"{name}:{nearest_line(lines(), path)}{_named(raw, path)}"

    return SiteSource(name, raw, where, read_file or _no_files)


def beside(folder: FilePath) -> Callable[[str], str]:
    """Return a reader of files in this folder, and in no other."""

    def read(name: str) -> str:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise FileNotFoundError(2, "lies outside of the site file's folder")
        return path.read_text(encoding="utf-8-sig")

    return read


def _no_files(_name: str) -> str:
    raise FileNotFoundError(2, "there are no files beside this text")


def _named(raw: Any, path: Path) -> str:
    """Return the tables on the way by their ids: ``: station pump-01, equipment p1``."""
    words, value, label = [], raw, ""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(step, str):
            label = step
        elif isinstance(value, dict):
            ident = value.get("id", value.get("key"))
            words.append(f"{label} {ident if isinstance(ident, str) else step + 1}")
    return ": " + ", ".join(words) if words else ""


def _not_toml(name: str, text: str, message: str) -> FieldError:
    found = _PLACE.search(message)
    line = found[1] if found and found[1] else str(text.count("\n") + 1)
    return _fault(f"{name}:{line}", _PLACE.sub("", message))


def _fault(where: str, message: str) -> FieldError:
    return FieldError(where, "site_file", message)
