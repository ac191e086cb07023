"""The papers that a matter needs: by date, and with every fault of the list named (R-04)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.cases.paper_file import load_papers
from dispatch.cases.required_papers import About, parse_papers
from kit.rules import RuleFileError
from tests.company.ground import START


def test_a_list_of_papers_goes_by_its_dates_and_names_its_faults() -> None:
    text = """
    [[closing]]
    key = "old"
    name = "旧表"
    name_en = "old form"
    since = 2026-01-01
    until = 2026-11-23
    source = "assumption"
    [[closing]]
    key = "new"
    name = "新表"
    name_en = "new form"
    since = 2026-11-23
    source = "assumption"
    """
    papers, day = parse_papers(text), START.date()
    assert [one.key for one in papers.on(About.CLOSING, day)] == ["new"]
    assert [one.key for one in papers.on(About.CLOSING, day - timedelta(days=1))] == ["old"]
    for wrong in ("[[weather]]\nkey='x'", "[[closing]]\nkey='x'", text + text, "closing = 1", "["):
        with pytest.raises(RuleFileError):
            parse_papers(wrong)


def test_every_paper_of_the_package_is_named_in_both_languages() -> None:
    papers = load_papers()
    assert len(papers.on(About.CHANGE_OF_NAME, START.date())) == 4
    assert papers.on(About.ENQUIRY, START.date()) == ()
