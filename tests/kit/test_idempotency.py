import threading
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from kit.db import Database
from kit.errors import Conflict, Invalid
from kit.idempotency import KEY_LENGTH, claim

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def give(
    database: Database, key: str, request: object, effects: list[object], who: str = "u1"
) -> str:
    """Give a command whose effect is one more line in ``effects``; return what it is answered."""
    with database.write() as session:
        made = f"made by {len(effects) + 1}"
        earlier = claim(session, key=key, actor_id=who, request=request, answer=made, now=NOW)
        if earlier is None:
            effects.append(request)
        return earlier or made


def test_a_command_repeated_with_its_key_has_one_effect_and_one_answer(database: Database) -> None:
    effects: list[object] = []
    first = give(database, "k", {"do": 1}, effects)
    assert give(database, "k", {"do": 1}, effects) == first == "made by 1"
    assert len(effects) == 1


def test_a_key_used_for_something_else_is_refused(database: Database) -> None:
    effects: list[object] = []
    give(database, "k", {"do": 1}, effects)
    with pytest.raises(Conflict):
        give(database, "k", {"do": 2}, effects)
    assert len(effects) == 1


def test_a_command_that_failed_leaves_its_key_free(database: Database) -> None:
    with suppress(ZeroDivisionError), database.write() as session:
        claim(session, key="k", actor_id="u1", request=1, answer="lost", now=NOW)
        raise ZeroDivisionError
    effects: list[object] = []
    assert give(database, "k", {"do": 2}, effects) == "made by 1"


def test_two_people_may_happen_on_the_same_key(database: Database) -> None:
    effects: list[object] = []
    give(database, "k", 1, effects)
    assert give(database, "k", 1, effects, who="u2") == "made by 2"


@pytest.mark.parametrize("key", ["", "x" * (KEY_LENGTH + 1)])
def test_a_key_that_is_empty_or_too_long_is_refused(database: Database, key: str) -> None:
    with pytest.raises(Invalid):
        give(database, key, 1, [])


def test_of_many_at_once_one_has_the_effect_and_all_have_its_answer(database: Database) -> None:
    effects: list[object] = []
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(give(database, "k", 1, effects)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["made by 1"] * 8
    assert len(effects) == 1
