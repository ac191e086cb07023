"""On which line of a TOML text each value stands. Pure.

``tomllib`` reads values and forgets where they stood; tree-sitter's grammar knows the places and no
values. Both read the same text, so the one's paths lead to the other's lines.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from api.site.site import Path

_KEYS = ("bare_key", "quoted_key", "dotted_key")


def lines_of(text: str) -> dict[Path, int]:
    """Return the line of every table, key and element, counted from 1; the text must be TOML."""
    parser = Parser(Language(tree_sitter_toml.language()))
    tables: dict[Path, int] = {}
    lines: dict[Path, int] = {(): 1}
    for node in parser.parse(text.encode()).root_node.named_children:
        if node.type == "pair":
            _pair(node, (), lines)
        elif node.type in ("table", "table_array_element"):
            path = _header(node, tables)
            for steps in range(1, len(path) + 1):
                lines.setdefault(path[:steps], _line(node))
            for pair in node.named_children:
                if pair.type == "pair":
                    _pair(pair, path, lines)
    return lines


def nearest_line(lines: dict[Path, int], path: Path) -> int:
    """Return the line of a value, or of the table that should have had it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _header(node: Node, tables: dict[Path, int]) -> Path:
    """Return the path of a ``[table]`` or ``[[table]]``; ``tables`` counts the elements so far."""
    path: Path = ()
    keys = list(_keys(node.named_children[0]))
    for key in keys[:-1]:
        path = (*path, key)
        if path in tables:
            path = (*path, tables[path])
    path = (*path, keys[-1])
    if node.type == "table_array_element":
        tables[path] = tables.get(path, -1) + 1
        path = (*path, tables[path])
    return path


def _pair(node: Node, path: Path, lines: dict[Path, int]) -> None:
    key, value = (child for child in node.named_children if child.type != "comment")
    for part in _keys(key):
        path = (*path, part)
        lines.setdefault(path, _line(node))
    _value(value, path, lines)


def _value(node: Node, path: Path, lines: dict[Path, int]) -> None:
    lines[path] = _line(node)
    if node.type == "inline_table":
        for pair in node.named_children:
            if pair.type == "pair":
                _pair(pair, path, lines)
    elif node.type == "array":
        elements = (child for child in node.named_children if child.type != "comment")
        for place, element in enumerate(elements):
            _value(element, (*path, place), lines)


def _keys(node: Node) -> Iterator[str]:
    if node.type == "dotted_key":
        for child in node.named_children:
            if child.type in _KEYS:
                yield from _keys(child)
    else:
        written = (node.text or b"").decode()
        yield next(iter(tomllib.loads(f"{written} = 0"))) if node.type == "quoted_key" else written


def _line(node: Node) -> int:
    return int(node.start_point[0]) + 1
