"""Who may do what: an action is granted to posts, on any object or on one's own. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kit.actors import Post


@dataclass(frozen=True, slots=True)
class Grant:
    """One post that may take an action; ``own`` limits it to objects that are the actor's own."""

    post: Post
    own: bool = False
