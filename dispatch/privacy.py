"""Personal data is shown only to those who need it (R-38); the masks for everyone else. Pure."""

from __future__ import annotations

from dispatch.phones import BETWEEN, numbers_of
from kit.actors import Actor, Post
from kit.rights import may

_HIDDEN = "*"


def sees_person(viewer: Actor) -> bool:
    """Whether this post needs the customer's name and telephone number for its work."""
    return may(viewer, "customer.see_person")


def mask_name(name: str) -> str:
    """Return the family name alone: 王小明 is 王**, Smith is S****."""
    return name[:1] + _HIDDEN * min(max(len(name) - 1, 1), 4) if name else ""


def mask_phone(phone: str) -> str:
    """Return each number with its middle hidden: 138****5678, 0350-****150, 30***50."""
    return BETWEEN.join(_mask_number(number) for number in numbers_of(phone))


def _mask_number(phone: str) -> str:
    if len(phone) == 11 and phone.isdigit():
        return phone[:3] + _HIDDEN * 4 + phone[-4:]
    area, dash, rest = phone.rpartition("-")
    if dash and area.startswith("0") and len(rest) >= 7:
        return area + dash + _HIDDEN * (len(rest) - 3) + rest[-3:]
    if len(phone) <= 4:
        return _HIDDEN * len(phone)
    return phone[:2] + _HIDDEN * (len(phone) - 4) + phone[-2:]


def mask_actor(actor: Actor) -> Actor:
    """Return the actor with a customer's name masked; staff act by their own name."""
    return Actor(actor.id, mask_name(actor.name), actor.post) if _is_customer(actor) else actor


def _is_customer(actor: Actor) -> bool:
    return actor.post is Post.CUSTOMER
