"""What several routes share: the key of a command, where it was given, pages of a list."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from api.security.access import Access, allow_staff
from api.security.errors import BadRequest
from kit.actors import Actor
from kit.idempotency import KEY_LENGTH

Staff = Annotated[Actor, Depends(allow_staff)]
"""Whoever is logged in."""

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
            description="A new key for each thing to do; the same one to repeat it safely.",
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


class CommandBody(BaseModel):
    """One command: what it says, and where it is given."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] = Field({}, description="The fields of the command.")
    where: dict[str, Any] | None = Field(
        None,
        description="kind (office, device, none); lat and lon in degrees, WGS-84; note",
    )

    @field_validator("data", "where")
    @classmethod
    def _writable(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if not _is_writable(value):
            raise PydanticCustomError(
                "control_characters", "has text with characters that can't be written"
            )
        return value


def _is_writable(value: Any) -> bool:
    """Whether no text in it has half a character (a lone surrogate) or NUL: no database takes it.

    How deep it nests is bounded by the reader of JSON.
    """
    if isinstance(value, str):
        return not any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in value)
    if isinstance(value, dict):
        return all(_is_writable(key) and _is_writable(one) for key, one in value.items())
    return not isinstance(value, list) or all(map(_is_writable, value))
