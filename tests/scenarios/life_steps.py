"""What a scenario does in the lives beside the repair's, and what it looks at there."""

from __future__ import annotations

from typing import Any

import httpx

from dispatch.roster.call_outs import CALL_OUT_LIFE
from kit.life import Life
from tests.api.company import Company, Person
from tests.scenarios.appointments_seen import look_at_appointment, own_path, slot_key
from tests.scenarios.case_papers import look_at_case
from tests.scenarios.roster_steps import add_ticket
from tests.scenarios.words import STATES_OF_LIVES, meant


class LivesBegun:
    """The subjects that a scenario has begun: of each life, the address of the last one."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.paths: dict[str, str] = {}
        self.latest: dict[str, Any] = {}

    def life_of(self, command: str) -> Life[Any, Any] | None:
        """Return the life with this command; of several, the one that has begun."""
        lives = [desk.life for desk in self.company.parts.lives]
        theirs = [one for one in lives if command in names_of(one)]
        begun = (one for one in theirs if one.name in self.paths)
        return next(begun, theirs[0] if theirs else None)

    def ask(
        self,
        life: Life[Any, Any],
        person: Person,
        command: str,
        data: dict[str, Any],
        ticket: dict[str, Any],
    ) -> httpx.Response:
        """Begin a subject of the life, or take a step on the one begun last."""
        if life is CALL_OUT_LIFE:
            add_ticket(data, command, ticket)
        if "slot" in data:
            data["slot"] = slot_key(self.company, data["slot"])
        if command != life.workflow.opening.name:
            path = self.paths[life.name]
            if person is self.company.anyone():
                path = own_path(self.company, path)
            return person.post(f"{path}/{command.replace('_', '-')}", data)
        answer = person.post(f"/{life.plural.replace('_', '-')}", data)
        if answer.is_success:
            self.paths[life.name] = f"/{life.plural.replace('_', '-')}/{answer.json()['id']}"
            self.latest = {"path": self.paths[life.name], "number": answer.json()["number"]}
        return answer

    def look(self, answer: Any, step: dict[str, Any]) -> None:
        """Check the state of a life's subject, which its own answer tells."""
        answered = answer.get("id") if isinstance(answer, dict) else None
        for name, path in self.paths.items():
            if path.endswith(f"/{answered}"):
                if "结果" in step:
                    assert answer["state"] == meant(STATES_OF_LIVES[name], step.pop("结果"))
                look_at_case(answer, step)
                look_at_appointment(answer, step)


def names_of(life: Life[Any, Any]) -> set[str]:
    """Return the names of what people do in a life."""
    workflow = life.workflow
    return {workflow.opening.name, *(step.name for step in workflow.steps_of_people())}
