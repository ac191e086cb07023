"""What several routes share: the key of a command, where it was given, pages of a list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.denials import BadRequest
from api.access.guard import Access, allow, allow_staff
from api.parts.parts import Parts
from kit.actors import Actor
from kit.errors import FieldError, Invalid
from kit.idempotency import KEY_LENGTH

Staff = Annotated[Actor, Depends(allow_staff)]
"""Whoever is logged in."""

TicketReader = Annotated[Actor, Depends(allow("tickets.see"))]
"""The posts that see tickets: all, or those on which they are named."""

Page = Annotated[int, Query(ge=1, le=100_000)]
PageSize = Annotated[int, Query(ge=1, le=200)]


def by(access: Access) -> Any:
    """Return the marker of a parameter that is the actor whom ``access`` lets in."""
    return Depends(access)


def idempotency_key(
    given: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="A new key for each command; the same key to repeat it safely.",
        ),
    ] = None,
) -> str:
    """Return the key of a command; raise ``BadRequest`` saying what to do without one."""
    if not given:
        raise BadRequest(
            "idempotency_key_missing",
            "send the header Idempotency-Key: any new text (a UUID) for each command, and the "
            "same one again to repeat that command",
        )
    if len(given) > KEY_LENGTH or not (given.isascii() and given.isprintable()):
        raise BadRequest(
            "idempotency_key_form",
            f"Idempotency-Key has 1 to {KEY_LENGTH} printable ASCII characters",
            max=KEY_LENGTH,
        )
    return given


Key = Annotated[str, Depends(idempotency_key)]


class DataBody(BaseModel):
    """One command: what it says."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] = Field({}, description="The fields of the command.")


class CommandBody(DataBody):
    """One command: what it says, and where it is given."""

    where: dict[str, Any] | None = Field(
        None,
        description="kind (office, device, none); lat and lon in degrees, WGS-84; note",
    )


def company_time(parts: Parts, name: str, given: datetime | None) -> datetime | None:
    """Return a time of a question in UTC; without offset it is the company's own, as on screens.

    Raises ``Invalid`` naming the field for a time long before or after all that is known.
    """
    if given is None:
        return None
    if not 1970 <= given.year < 9999:  # at the ends of the calendar no zone can be computed
        raise Invalid([FieldError(name, "not_a_time", "is no time that anything is known of")])
    local = given if given.tzinfo else given.replace(tzinfo=parts.settings.zone)
    return local.astimezone(UTC)
