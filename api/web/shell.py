"""What surrounds every page: who is logged in, where they may go, in which language."""

from __future__ import annotations

from dataclasses import dataclass

from api.web.i18n import LANGUAGES
from kit.actors import Actor, Post

_TAGS = {"zh": "zh-Hans", "en": "en"}
_NAMES = {"zh": "中文", "en": "English"}

_CONSOLE = ("/console", "Console")
_INTAKE = ("/intake", "Hotline")
_REPORT = ("/report", "Report")
_REGISTER = ("/register", "Register")
_TICKETS = ("/tickets", "Tickets")
_JOBS = ("/jobs", "My jobs")
_ALARMS = ("/alarms", "Alarms")
_QUARANTINE = ("/quarantine", "Quarantine")
_ARCHIVE = ("/archive", "Archive")
_USERS = ("/users", "Users")

PAGES_OF: dict[Post, tuple[tuple[str, str], ...]] = {
    Post.RECEPTIONIST: (_INTAKE, _REGISTER, _TICKETS, _ARCHIVE),
    Post.MANAGER: (_TICKETS, _REGISTER, _CONSOLE, _ARCHIVE),
    Post.TEAM_LEADER: (_TICKETS, _CONSOLE, _ARCHIVE),
    Post.TECHNICIAN: (_JOBS,),
    Post.DIRECTOR: (_TICKETS, _CONSOLE, _REGISTER, _ARCHIVE),
    Post.OPERATOR: (_CONSOLE, _ALARMS, _REPORT, _TICKETS, _QUARANTINE),
    Post.ADMIN: (_USERS, _CONSOLE, _ALARMS, _QUARANTINE, _ARCHIVE),
}
"""The pages of each post; the first is where a log-in leads."""


@dataclass(frozen=True, slots=True)
class NavLink:
    """One link of the navigation; ``text`` is a msgid."""

    url: str
    text: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page."""

    company: str
    language: str
    actor: Actor | None
    csrf_token: str
    path: str
    live: str = ""
    narrow: bool = False
    notice: str = ""

    @property
    def language_tag(self) -> str:
        """The page's language, as HTML names it."""
        return _TAGS[self.language]

    @property
    def other_language(self) -> str:
        """The language that the switch leads to."""
        return next(code for code in LANGUAGES if code != self.language)

    @property
    def other_language_tag(self) -> str:
        """The other language, as HTML names it."""
        return _TAGS[self.other_language]

    @property
    def other_language_name(self) -> str:
        """The other language's name in itself."""
        return _NAMES[self.other_language]

    @property
    def home(self) -> str:
        """Where the company's name leads; a customer has one page, and no log-in to be sent to."""
        return home_of(self.actor.post) if self.actor else self.path

    @property
    def nav(self) -> tuple[NavLink, ...]:
        """The pages of this person's post."""
        if self.actor is None:
            return ()
        pages = PAGES_OF.get(self.actor.post, ())
        return tuple(NavLink(url, text, self.path.startswith(url)) for url, text in pages)


def home_of(post: Post) -> str:
    """Return the page that a log-in of this post leads to."""
    return PAGES_OF[post][0][0] if post in PAGES_OF else "/"
