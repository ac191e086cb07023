"""Telephone numbers as Chinese callers give them, in one normal form. Pure."""

from __future__ import annotations

import re
import unicodedata

from kit.fields import FaultKind, Fields

LONGEST = 80
"""Longest entry, in characters: two numbers, each with its extension."""
MOST_NUMBERS = 3
BETWEEN = " / "
"""What stands between two numbers of one person."""

PHONE_FORM = FaultKind(
    "phone_form",
    "is not a telephone number (138…, 0350-…, +852…, with extension if any; two with / between)",
)

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))([2-9]\d{6,7})")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}")
_EXTENSION = re.compile(r"^(.*\d.*?)\s*(?:转|分机|ext\.?|x|#|,)\s*(\d{1,6})$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"^(0\d{2,3}-?\d{7,8})-(\d{1,6})$")
_DASHES = re.compile(r"[‐-―−ー﹣-]")
_CHINA = re.compile(r"(?:\+|00)86-?")
_ABROAD = re.compile(r"(?:\+|00)([1-9]\d{6,14})")
"""Another country's or region's number: its code and the number, 15 digits at most (ITU E.164)."""
_SEPARATORS = re.compile(r"[/、;；,，|]|或|和")


def read_phone(form: Fields, name: str, *, needed: bool) -> str:
    """Read one or several telephone numbers; '' when blank."""
    typed = form.text(name, longest=LONGEST, needed=needed, lines=False)
    phone = normal_phone(typed) if typed else ""
    if phone is None:
        form.fault(name, PHONE_FORM)
    return phone or ""


def normal_phone(typed: str) -> str | None:
    """Return what was typed in one form, or None when it is no telephone number.

    ``13812345678``; ``0350-3022150``; ``3022150``; ``4001234567``; each may end in ``-<extension>``
    (landlines and service numbers only). ``+85291234567`` for a number outside of the mainland.
    Two or three numbers stand with `` / `` between them. Full-width digits, blanks, brackets,
    dashes and +86 are understood.
    """
    if one := _one_number(typed):
        return one
    parts = [_one_number(part) for part in _SEPARATORS.split(typed) if part.strip()]
    known = [part for part in parts if part]
    if len(known) < len(parts) or not 2 <= len(known) <= MOST_NUMBERS:
        return None
    return BETWEEN.join(dict.fromkeys(known))


def numbers_of(phone: str) -> list[str]:
    """Return the single numbers of an entry in its one form."""
    return phone.split(BETWEEN) if phone else []


def _one_number(typed: str) -> str | None:
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", typed)).strip()
    text = re.sub(r"[()\s.]", lambda m: "-" if m[0] == ")" else "", text)
    china = _CHINA.match(text)
    text = text[china.end() :] if china else text
    extension = ""
    if found := _EXTENSION.match(text) or _DASHED_EXTENSION.match(text):
        text, extension = found[1], f"-{found[2]}"
    digits = text.replace("-", "")
    if not china and not extension and (abroad := _ABROAD.fullmatch(digits)):
        return f"+{abroad[1]}"
    return _mainland(digits, extension, from_abroad=china is not None)


def _mainland(digits: str, extension: str, *, from_abroad: bool) -> str | None:
    if not (digits.isascii() and digits.isdigit()):
        return None
    if found := _MOBILE.fullmatch(digits.removeprefix("86") if len(digits) == 13 else digits):
        return None if extension else found[0]
    # After +86 an area code has no 0.
    if found := _LANDLINE.fullmatch("0" + digits.removeprefix("0") if from_abroad else digits):
        return f"{found[1]}-{found[2]}{extension}"
    if not from_abroad and (_LOCAL.fullmatch(digits) or _SERVICE.fullmatch(digits)):
        return digits + extension
    return None
