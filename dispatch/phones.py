"""Telephone numbers as Chinese callers give them, in one normal form."""

from __future__ import annotations

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))([2-9]\d{6,7})")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}")
_EXTENSION = re.compile(r"^(.*\d.*?)\s*(?:转|分机|ext\.?|x|#|,)\s*(\d{1,6})$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"^(0\d{2,3}-?\d{7,8})-(\d{1,6})$")
_DASHES = re.compile(r"[‐-―−ー﹣-]")


def normal_phone(typed: str) -> str | None:
    """Return the number in one form, or None when it is no telephone number.

    ``13812345678``; ``0350-3022150``; ``3022150``; ``4001234567``; each may end in ``-<extension>``
    (landlines and service numbers only). Full-width digits, blanks, brackets, dashes and +86 are
    understood.
    """
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", typed)).strip()
    text = re.sub(r"[()\s.]", lambda m: "-" if m[0] == ")" else "", text)
    abroad = re.match(r"(?:\+|00)86-?", text)
    text = text[abroad.end() :] if abroad else text
    extension = ""
    if found := _EXTENSION.match(text) or _DASHED_EXTENSION.match(text):
        text, extension = found[1], f"-{found[2]}"
    digits = text.replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if found := _MOBILE.fullmatch(digits.removeprefix("86") if len(digits) == 13 else digits):
        return None if extension else found[0]
    # After +86 an area code has no 0.
    if found := _LANDLINE.fullmatch("0" + digits.removeprefix("0") if abroad else digits):
        return f"{found[1]}-{found[2]}{extension}"
    if not abroad and (_LOCAL.fullmatch(digits) or _SERVICE.fullmatch(digits)):
        return digits + extension
    return None
