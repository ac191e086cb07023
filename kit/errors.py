"""The errors that a caller can do something about, one class for each kind of answer. Pure.

Every error carries a stable ``code`` (for programs and for the translation catalogue) and
``params`` (to fill the translated sentence). ``api`` maps the class to an HTTP status.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


class SanlaiError(Exception):
    """Base of all errors that are meant as an answer to the caller."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.params = params


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field: ``code`` is translated, ``params`` fill its sentence."""

    field: str
    code: str
    message: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)


class Invalid(SanlaiError):
    """What was sent is not valid; carries every fault, not only the first."""

    def __init__(self, errors: list[FieldError]) -> None:
        if not errors:
            raise ValueError("Invalid needs at least one field error")
        super().__init__("invalid", "; ".join(f"{e.field}: {e.message}" for e in errors))
        self.errors = errors


class NotFound(SanlaiError):
    """It does not exist, or the asker may not know that it does."""


class Forbidden(SanlaiError):
    """The asker is known, and may not do this (R-40)."""


class OutOfOrder(SanlaiError):
    """The command is not allowed in the present state; ``allowed`` says what is."""

    def __init__(self, code: str, message: str, *, allowed: list[str], **params: Any) -> None:
        super().__init__(code, message, **params)
        self.allowed = allowed


class Conflict(SanlaiError):
    """Somebody else was first, or an idempotency key was used for something different."""


class Unavailable(SanlaiError):
    """A part that this needs can't be reached just now; try again later."""
