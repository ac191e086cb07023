"""The frame of every page: who is logged in, the navigation, the language."""

from __future__ import annotations

from dataclasses import dataclass

from api.access.all_rights import all_rights
from api.web.i18n import LANGUAGES
from kit.actors import Actor, Post

_TAGS = {"zh": "zh-Hans", "en": "en"}
_NAMES = {"zh": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class NavPage:
    """A page of the navigation; ``text`` is a msgid, ``action`` the right that opens it."""

    url: str
    text: str
    action: str


NAV = (
    NavPage("/users", "Users", "accounts.manage"),
    NavPage("/intake", "Hotline", "intake.take"),
    NavPage("/jobs", "My jobs", "tickets.see_jobs"),
    NavPage("/console", "Console", "stations.tend"),
    NavPage("/tickets", "Tickets", "tickets.see_board"),
    NavPage("/register", "Register", "register.see"),
    NavPage("/console", "Console", "stations.see"),
    NavPage("/alarms", "Alarms", "alarms.see"),
    NavPage("/archive", "Archive", "archive.see"),
    NavPage("/material-slips", "Slips", "material_slips.see"),
    NavPage("/stock-notes", "Stock", "stock_notes.see"),
    NavPage("/report", "Report", "intake.log.staff"),
    NavPage("/cases", "Cases", "cases.see"),
    NavPage("/roster", "Duty roster", "roster.see"),
    NavPage("/call-outs", "Call-outs", "call_outs.see"),
    NavPage("/knowledge", "Knowledge", "knowledge.see"),
    NavPage("/waiters", "Queue", "waiters.see"),
    NavPage("/day", "Visits of the day", "appointments.see"),
    NavPage("/appointments", "Appointments", "appointments.see"),
    NavPage("/home-services", "Services at home", "home_services.see"),
    NavPage("/leaves", "Leave", "leaves.see"),
    NavPage("/quarantine", "Quarantine", "quarantine.see"),
)
"""Every page that a link leads to. Of these a post sees what it may open, in this order; the first
is where its log-in leads. The console stands twice: it comes first for those who tend stations."""


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
    posts: tuple[Post, ...] = ()
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
        return home_of(self.actor) if self.actor else self.path

    @property
    def nav(self) -> tuple[NavLink, ...]:
        """The pages that this person's post may open."""
        pages = pages_of(self.actor) if self.actor else ()
        return tuple(NavLink(p.url, p.text, self.path.startswith(p.url)) for p in pages)

    def may(self, action: str) -> bool:
        """Whether the one who looks at the page has this right; raise ``UnknownAction``."""
        return self.actor is not None and all_rights().may(self.actor, action)


def pages_of(actor: Actor) -> tuple[NavPage, ...]:
    """Return the pages that this person's post may open, each once."""
    rights = all_rights()
    return tuple({page.url: page for page in NAV if rights.may(actor, page.action)}.values())


def home_of(actor: Actor) -> str:
    """Return the page that a log-in at this post leads to."""
    return next((page.url for page in pages_of(actor)), "/login")
