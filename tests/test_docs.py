"""What the documents name exists, and what exists is documented: they can't rot unseen."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from api.access.matrix import rights
from api.parts.settings import Settings, file_variable, is_secret, variable
from dispatch.repair.matter import Channel, JobType
from kit.actors import STAFF_POSTS

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MADE_AT_INSTALL = (".venv/", "deploy/secrets", "deploy/mosquitto/conf.d/")
"""Paths that the documents name and that only a machine at work has."""


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_of(page: Path) -> list[str]:
    """Return the lines of code on a page: those of its blocks, and what stands in backticks."""
    text = text_of(page)
    blocks = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in blocks + CODE.findall(FENCE.sub("", text))]


@cache
def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", text_of(ROOT / "Makefile"), re.MULTILINE))


def by_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    named = {m for line in code_of(page) for m in re.findall(r"\bmake ([a-z][a-z-]+)", line)}
    assert named - make_targets() == set()


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    from api.cli import commands

    for line in code_of(page):
        for said in re.findall(r"(?:^|/bin/|\bweb )sanlai ((?:[a-z-]+ ?)+)", line):
            words, group = said.split(), commands
            found = group.get_command(click.Context(group), words[0])
            assert found is not None, line
            if isinstance(found, click.Group) and len(words) > 1:
                assert found.get_command(click.Context(found), words[1]) is not None, line


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    known = {variable(name) for name in Settings.model_fields}
    known |= {file_variable(name) for name, f in Settings.model_fields.items() if is_secret(f)}
    named = set(re.findall(r"\bSANLAI_[A-Z0-9_]*[A-Z0-9]\b(?!…)", text_of(page)))
    used_by_tests = {name for name in named if name.startswith("SANLAI_TEST_")}
    assert named - used_by_tests - known == set()
    sources = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    test_code = "".join(text_of(source) for source in sources if source != Path(__file__))
    assert [name for name in used_by_tests if name not in test_code] == []


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    rows = text_of(ROOT / "docs" / "settings.md").splitlines()
    for name, field in Settings.model_fields.items():
        default = "unset" if field.default is None else str(field.default)
        default = default.lower() if isinstance(field.default, bool) else default
        also = f", `{file_variable(name)}`" if is_secret(field) else ""
        assert f"| `{variable(name)}`{also} | {default} | {field.description} |" in rows


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text_of(page))):
        if not target.startswith(("http://", "https://", "#")):
            assert (page.parent / target.split("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    tops = {path.name for path in ROOT.iterdir() if path.is_dir()}
    for line in code_of(page):
        for path in re.findall(r"(?<![\w./<$-])([a-z_.]+/[\w./-]*\w)", line):
            top = path.split("/")[0]
            if top in tops and not path.startswith(MADE_AT_INSTALL):
                assert (ROOT / path).exists(), path


def test_both_readmes_have_the_same_sections_and_the_same_commands() -> None:
    english, chinese = (text_of(readme) for readme in READMES)
    levels = [
        re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE) for text in (english, chinese)
    ]
    assert levels[0] == levels[1]
    commands = [
        [line for line in code_of(readme) if re.match(r"(make|docker|python3|\.venv)\b", line)]
        for readme in READMES
    ]
    assert len(commands[0]) > 8
    assert commands[0] == commands[1]
    links = [re.findall(r"\]\(([^)]+)\)", text) for text in (english, chinese)]
    assert links[0][1:] == links[1][1:]  # the first leads from each to the other


def test_the_two_commands_come_first() -> None:
    for readme in READMES:
        _, first = FENCE.findall(text_of(readme))[0]
        assert [line.split("#")[0].strip() for line in first.splitlines()] == [
            "make demo",
            "make test",
        ]


def glossary() -> list[tuple[str, str, str]]:
    rows = re.findall(
        r"^\| (.+?) \| (.+?) \| (.+?) \|$", text_of(ROOT / "docs/glossary.md"), re.MULTILINE
    )
    return [row for row in rows if row[0] not in ("English", "---")]


def test_the_glossary_pairs_one_word_with_one_word() -> None:
    rows = glossary()
    assert len(rows) > 50
    for column in (0, 1):
        words = Counter(row[column] for row in rows)
        assert [word for word, times in words.items() if times > 1] == []
    assert [row for row in rows if not CHINESE.search(row[1]) or CHINESE.search(row[0])] == []


def test_the_glossary_has_every_post_channel_and_kind_of_work() -> None:
    words = {word.strip().lower() for row in glossary() for word in row[0].split(",")}
    spoken = {"director": "division director", "operator": "station operator"}
    spoken["admin"] = "administrator"
    for post in STAFF_POSTS:
        assert spoken.get(post.value, post.value.replace("_", " ")) in words
    for channel in (Channel.LETTER, Channel.CALL, Channel.VISIT):
        assert channel.value in words
    for job in JobType:
        if job not in (JobType.OTHER, JobType.PUMP_STATION):
            assert job.value.replace("_", " ") in words


def test_every_address_that_is_named_is_a_page_or_an_interface(tmp_path: Path) -> None:
    from api.compose.app import create_app
    from api.compose.bootstrap import built

    with built(Settings(data_dir=tmp_path)) as parts:
        known = {right.path for right in rights(create_app(parts))}
    patterns = [re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)) for path in known]
    for page in (*READMES, ROOT / "docs/deploy.md", ROOT / "docs/architecture.md"):
        for named in re.findall(r"`(/[a-z][a-z0-9/…]*)`", text_of(page)):
            found = any(p.fullmatch(named) or p.pattern.startswith(f"{named}/") for p in patterns)
            assert found, f"{page.name}: {named}"


def test_the_architecture_names_every_room_and_no_other() -> None:
    page = text_of(ROOT / "docs" / "architecture.md")
    named = re.findall(r"^\| `([a-z_/]+)/` \|", page, re.MULTILINE)
    tops = ("kit", "stations", "telemetry", "dispatch", "api", "simulators")
    files = [path for top in tops for path in (ROOT / top).rglob("*.py")]
    rooms = {by_name(path.parent) for path in files if path.parent.name != "versions"}
    assert sorted(named) == sorted(rooms)


ON_SCREEN = {
    "Console": "console",
    "Hotline": "hotline",
    "Tickets": "ticket",
    "Register": "register",
    "Quarantine": "quarantine",
    "Arrival promise": "arrival commitment, promise",
    "ingest.spool": "spool",
    "station.silent": "silent station",
    "command.quote_fee": "fee quote",
    "command.consent": "consent",
    "command.decline": "decline",
    "command.report_flow_test": "flow test",
    "command.send_back": "send back",
    "command.withdraw": "withdraw",
    "command.archive": "archive",
    "command.miss_arrival": "missed arrival",
    "post.director": "division director",
    "post.operator": "station operator",
    "post.admin": "administrator",
}
"""Keys of the catalogue, and the entry of the glossary that has the same word."""


def test_the_screens_use_the_words_of_the_glossary() -> None:
    with (ROOT / "api/web/locale/zh/LC_MESSAGES/sanlai.po").open("rb") as file:
        screens = {str(message.id): str(message.string) for message in read_po(file, locale="zh")}
    words = {row[0]: row[1] for row in glossary()}
    expected = {key: words[entry] for key, entry in ON_SCREEN.items()}
    for key in screens:
        if key.startswith(("post.", "job_type.")):
            entry = key.split(".")[1].replace("_", " ")
            if entry in words:
                expected.setdefault(key, words[entry])
    assert {key: screens.get(key) for key in expected} == expected
    channels = [screens[f"channel.{name}"] for name in ("letter", "call", "visit")]
    assert words["letter, call, visit"] == "、".join(channels)


def decisions() -> list[str]:
    return re.split(r"^## ", text_of(ROOT / "DECISIONS.md"), flags=re.MULTILINE)[1:]


def test_every_decision_says_what_one_must_now_do() -> None:
    assert len(decisions()) > 8
    for number, entry in enumerate(decisions(), 1):
        assert entry.startswith(f"{number}. ")
        if "Dependencies" not in entry.splitlines()[0]:
            assert re.search(
                r"^\*Why:\*.*^\*What:\*.*^\*You must:\*", entry, re.MULTILINE | re.DOTALL
            ), entry


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    entry = next(e for e in decisions() if "Dependencies" in e.splitlines()[0])

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=~! ]", one)[0] for one in requirements}

    table = set(re.findall(r"^\| ([a-z][\w-]*) \|", entry, re.MULTILINE)) - {"package"}
    assert table == names(project["project"]["dependencies"])
    rest = entry.split("For development:")[1]
    for name in names(project["dependency-groups"]["dev"]):
        assert re.search(rf"\b{re.escape(name)}\b", rest), name


def test_the_changelog_knows_what_is_not_released() -> None:
    assert "## [Unreleased]" in text_of(ROOT / "CHANGELOG.md")


def test_the_licence_is_whole() -> None:
    licence = text_of(ROOT / "LICENSE")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
