"""Draws ``docs/rights.md`` from the table of rights, in the words of the screens.

``python -m api.web.rights_page > docs/rights.md`` writes it anew; a test compares the two.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from api.access.all_rights import all_rights
from api.web.i18n import Catalogue, read_catalogues
from kit.actors import Post
from kit.rights import Grant

_HEAD = """# Who may do what 权限表

Made from `kit/rights.py` and the tables of the workflows by
`python -m api.web.rights_page > docs/rights.md`; a test fails when they differ.

Posts that a row does not name are refused (R-40), and the attempt is recorded. "own" (仅本人)
limits a post to its own objects: the tickets that name a technician, a customer's one ticket.
Whether a step is possible now is decided by the workflow ([workflow.md](workflow.md)).

"""


def page() -> str:
    """Return the whole page, in Markdown."""
    words = read_catalogues()
    return _HEAD + "\n".join([*_rights(words), "", *_posts(words)]) + "\n"


def _rights(words: dict[str, Catalogue]) -> Iterator[str]:
    yield "| right | 权限 | posts | 岗位 |"
    yield "| --- | --- | --- | --- |"
    rights = all_rights()
    for action in rights:
        grants = rights.grants_of(action)
        english = ", ".join(_granted(words["en"], grant, " (own)") for grant in grants)
        chinese = "、".join(_granted(words["zh"], grant, "（仅本人）") for grant in grants)
        name = f"`{action}`: {right_name(words['en'], action)}"
        yield f"| {name} | {right_name(words['zh'], action)} | {english} | {chinese} |"


def _posts(words: dict[str, Catalogue]) -> Iterator[str]:
    yield "| post | 岗位 | English |"
    yield "| --- | --- | --- |"
    for post in Post:
        chinese, english = (words[code].label("post", post) for code in ("zh", "en"))
        yield f"| `{post}` | {chinese} | {english} |"


def _granted(text: Catalogue, grant: Grant, own: str) -> str:
    return text.label("post", grant.post) + (own if grant.own else "")


def right_name(text: Catalogue, action: str) -> str:
    """Return the name of a right; a step of a workflow has the step's own name."""
    if text.knows(f"right.{action}"):
        return text.label("right", action)
    return text.label("command", action.partition(".")[2])


if __name__ == "__main__":
    sys.stdout.write(page())
