"""What the hotline and the report share: taking a form in, and the areas to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from api.pages.intake.intake_context import PlaceOption
from api.web.forms import RefusedForm, faults, general_fault, sent
from api.web.i18n import Catalogue
from api.web.page import Sent, Web, key_again
from api.web.render import new_key
from dispatch.repair.reception import log_matter
from dispatch.repair.ticket import Ticket
from kit.actors import Actor
from kit.errors import Conflict, Invalid
from kit.where import Where
from stations.assets.area_store import find_areas
from stations.assets.areas import ResidentialArea


def log_form(
    web: Web,
    request: Request,
    actor: Actor,
    form_id: str,
    data: Mapping[str, Any],
    typed: Sent,
    where: Where,
) -> Ticket | RefusedForm:
    """Take a form's matter in; return its ticket, or the form with every fault."""
    text = web.text(request)
    try:
        return log_matter(web.parts.desk, data, actor, typed.key, where)
    except Invalid as invalid:
        key, found = key_again(typed, invalid), faults(invalid.errors, text)
        return RefusedForm(sent(form_id, key, typed.values, found), 422)
    except Conflict as used:
        # Reached by going back after logging: this is another matter, or a correction.
        fault = general_fault(text.error(used.code, used.message, used.params))
        return RefusedForm(sent(form_id, new_key(), typed.values, [fault]), 409)


def place_options(web: Web, text: Catalogue, typed: str) -> tuple[PlaceOption, ...]:
    """Return the residential areas that fit what was typed so far, to choose from."""
    with web.parts.db.read() as session:
        found = find_areas(session, typed[:80])
    return tuple(_option(place, text) for place in found)


def _option(place: ResidentialArea, text: Catalogue) -> PlaceOption:
    far = f" {place.road_km:g} km" if place.road_km is not None else ""
    name, other = place.name, place.name_en
    if text.language == "en" and other:
        name, other = other, name
    return PlaceOption(name, f"{place.pinyin} {other} {text.label('zone', place.zone)}{far}")
