"""The words of the screens: gettext catalogues, Chinese first, read once when the web starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")
LANGUAGE_COOKIE = "sanlai_lang"
_COMMAS = {"zh": "、", "en": ", "}
_FOLDER = Path(__file__).resolve().parent / "locale"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of one language by msgid."""

    language: str
    sentences: Mapping[str, str]

    def __call__(self, msgid: str, **params: Any) -> str:
        """Return the sentence with its ``{params}`` filled; the msgid itself when it is unknown.

        Tests check that no msgid is unknown; at run time a missing word must not break a page.
        """
        sentence = self.sentences.get(msgid) or msgid
        return sentence.format_map(_Lenient(params)) if params else sentence

    def label(self, kind: str, value: object, **params: Any) -> str:
        """Return the word for a value of an enumeration: ``label("state", "issued")``.

        A value that the catalogue has no word for yet is shown as its name, with blanks.
        """
        msgid = f"{kind}.{value}"
        return self(msgid, **params) if self.knows(msgid) else str(value).replace("_", " ")

    def listed(self, words: Iterable[str]) -> str:
        """Return words as a list, with this language's comma between them."""
        return _COMMAS[self.language].join(words)

    def knows(self, msgid: str) -> bool:
        """Whether the catalogue has a sentence for this msgid."""
        return bool(self.sentences.get(msgid))

    def error(self, code: str, message: str, params: Mapping[str, Any]) -> str:
        """Return the sentence of an error code; the English message when it has none."""
        msgid = f"error.{code}"
        return self(msgid, **params) if self.knows(msgid) else message


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def read_catalogue(language: str) -> Catalogue:
    """Read one language's catalogue; raises ``OSError`` when its file is missing."""
    with (_FOLDER / language / "LC_MESSAGES" / "sanlai.po").open("rb") as file:
        messages = read_po(file, locale=language, charset="utf-8")
    return Catalogue(
        language, {str(message.id): str(message.string) for message in messages if message.id}
    )


def read_catalogues() -> dict[str, Catalogue]:
    """Read the catalogues of all languages."""
    return {language: read_catalogue(language) for language in LANGUAGES}
