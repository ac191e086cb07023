"""The standard courteous phrases, by the step at which they are said (R-08). Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import msgspec

RULE = "R-08"
"""The rule that asks for the phrases."""


class PhraseStep(StrEnum):
    """When a phrase is said."""

    ANSWER = "answer"  # 接听
    ASK = "ask"  # 问清地址
    PROMISE = "promise"  # 承诺到达时间
    CLOSE = "close"  # 结束
    REFUSE = "refuse"  # 不能办理


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is said in Chinese or English, with the words of the source that it follows."""

    step: PhraseStep
    source: str
    quote: str
    zh: str
    en: str

    def spoken(self, language: str, **filled: str) -> str:
        """Return what is read out, with the company's name and the promised time filled in."""
        return (self.en if language == "en" else self.zh).format(**filled)


def read_phrases(text: str) -> tuple[Phrase, ...]:
    """Return the phrases of a file's text; raise ``ValueError`` for one that lacks something."""
    try:
        return msgspec.convert(tomllib.loads(text)["phrase"], tuple[Phrase, ...])
    except (KeyError, msgspec.ValidationError) as error:
        raise ValueError(f"phrases.toml: {error}") from error


def phrases_of(phrases: Iterable[Phrase], step: PhraseStep) -> tuple[Phrase, ...]:
    """Return the phrases of one step, in the order of the file."""
    return tuple(one for one in phrases if one.step is step)
