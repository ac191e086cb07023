"""Answers about log-in, beside those of ``kit.errors``."""

from __future__ import annotations

from kit.errors import SanlaiError


class NotLoggedIn(SanlaiError):
    """Nobody is logged in, and this is for people who are."""

    def __init__(self) -> None:
        super().__init__("not_logged_in", "log in first")


class WrongLogin(SanlaiError):
    """Log-in name and password don't belong together; which of them is wrong is not said."""

    def __init__(self) -> None:
        super().__init__("wrong_login", "log-in name or password is wrong")


class TooOften(SanlaiError):
    """Too many tries; ``wait_s`` says how many seconds to wait."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            "too_often", f"too many tries: wait {wait_s} seconds and try again", wait_s=wait_s
        )
        self.wait_s = wait_s


class BadRequest(SanlaiError):
    """The request could not be understood."""


class TooLarge(SanlaiError):
    """The body is longer than the program accepts."""


class CrossSite(SanlaiError):
    """An unsafe request that another site may have made the browser send."""

    def __init__(self, why: str) -> None:
        super().__init__("csrf", f"{why}: load the page again and repeat")
