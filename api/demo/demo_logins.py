"""The people of the demo, with the passwords that were drawn for its folder."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from api.demo.folder import LOGINS_FILE
from kit.actors import Post
from kit.ids import new_secret

PASSWORD_LENGTH = 10

_PEOPLE = {
    "receptionist": ("王芳", (Post.RECEPTIONIST,)),
    "manager": ("李建国", (Post.MANAGER,)),
    "leader": ("赵铁军", (Post.TEAM_LEADER,)),
    "technician1": ("陈强", (Post.TECHNICIAN,)),
    "technician2": ("刘洋", (Post.TECHNICIAN,)),
    "director": ("孙明", (Post.DIRECTOR,)),
    "operator": ("周敏", (Post.OPERATOR,)),
    "companymanager": ("郑海", (Post.COMPANY_MANAGER,)),
    "materials": ("冯洁", (Post.MATERIALS_CLERK, Post.MATERIALS_DEPARTMENT)),
    "complaints": ("魏青", (Post.COMPLAINTS_OFFICER, Post.INSPECTOR)),
    "admin": ("管理员", (Post.ADMIN,)),
}
"""Name and posts by log-in; two of them hold two posts."""


@dataclass(frozen=True, slots=True)
class Login:
    """One log-in of the demo; it begins at the first of ``posts``."""

    login: str
    name: str
    posts: tuple[Post, ...]
    password: str


def logins(folder: Path) -> list[Login]:
    """Return the demo's log-ins; passwords are drawn once for a folder and kept in it, 0600.

    A folder that an earlier version made gets the people who have come since.
    """
    path = folder / LOGINS_FILE
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    new = _PEOPLE.keys() - {one["login"] for one in kept}
    drawn = [
        {"login": login, "name": name, "post": posts[0], "password": _password()}
        for login, (name, posts) in _PEOPLE.items()
        if login in new
    ]
    if drawn:
        kept += drawn
        _write(path, json.dumps(kept, ensure_ascii=False, indent=2))
    return [Login(one["login"], one["name"], _posts_of(one), one["password"]) for one in kept]


def _password() -> str:
    return new_secret()[:PASSWORD_LENGTH]


def _posts_of(kept: dict[str, str]) -> tuple[Post, ...]:
    # Version 0.1 wrote "role", and folders that it made are still in use.
    first = Post(kept["post"] if "post" in kept else kept["role"])
    _, posts = _PEOPLE.get(kept["login"], ("", (first,)))
    return posts


def _write(path: Path, text: str) -> None:
    # Written whole under another name first: half a file would lock everybody out.
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.rename(path)
