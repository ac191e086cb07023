"""The workflow machine: it runs any table of steps, for repairs or for anything else. Pure.

A workflow is a table of ``Line``; each line says from which states, by which ``Step``, to which
state, by whom, and on what condition. ``Workflow.decide`` is the one function that reads it.
Nothing else changes a state, and every button, route and diagram comes from the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic

from kit.actors import Actor, Post
from kit.errors import Forbidden, NotFound, OutOfOrder
from kit.fields import Fields
from kit.rights import Grant
from kit.step import Condition, Content, Context, Given, Obstacle, Stamp, Step, Subject


@dataclass(frozen=True)
class Line(Generic[Subject, Context]):
    """One line of a table; ``to`` None: the state stays. ``cites`` is the rule that asks for it.

    ``aside``: the step leaves the usual path (withdraw, decline, send back), so no screen opens it
    by itself or counts it among the stages.
    """

    sources: tuple[StrEnum, ...]
    step: Step[Subject, Context, Any]
    to: StrEnum | None
    who: tuple[Grant, ...]
    cites: str
    conditions: tuple[Condition[Subject], ...] = ()
    aside: bool = False

    @property
    def by_program(self) -> bool:
        """Whether only the program itself takes this step."""
        return all(grant.post is Post.SYSTEM for grant in self.who)


@dataclass(frozen=True, slots=True)
class Opening(Generic[Content]):
    """How a subject begins: the name of its first event, who may begin, and on what condition."""

    name: str
    to: StrEnum
    who: tuple[Grant, ...]
    cites: str
    conditions: tuple[Callable[[Content, Actor], Obstacle | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it was sent: the step's name, and its fields with the zone of their times."""

    name: str
    form: Fields


@dataclass(frozen=True, slots=True)
class Decision(Generic[Subject]):
    """What a step does: its subject before (None when it begins) and after, and what was said."""

    before: Subject | None
    after: Subject
    step: str
    said: Any


@dataclass(frozen=True, slots=True)
class Blocked(Generic[Subject, Context]):
    """A line that this actor could take, and the conditions that are not met."""

    line: Line[Subject, Context]
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, eq=False)
class Workflow(Generic[Subject, Context]):
    """A table with its name; ``first`` is the state before the opening, and is never stored."""

    name: str
    first: StrEnum
    opening: Opening[Any]
    lines: tuple[Line[Subject, Context], ...]

    def __post_init__(self) -> None:
        """Raise ``ValueError`` with every fault of the table.

        Refused are: one name for two different steps; two lines by which one post takes the same
        step from the same state; a line or an opening that nobody may take; an opening granted only
        on one's own, since nothing is anybody's own before it exists.
        """
        known = {self.opening.name: object()}
        taken: set[tuple[str, StrEnum, Post]] = set()
        faults = [] if self.opening.who else [f"nobody may {self.opening.name}"]
        if any(grant.own for grant in self.opening.who):
            faults.append(f"{self.opening.name!r} can't be granted on one's own")
        for line in self.lines:
            name = line.step.name
            if known.setdefault(name, line.step) is not line.step:
                faults.append(f"two steps are called {name!r}")
            if not line.who:
                faults.append(f"nobody may {name}")
            for one in {(name, s, grant.post) for s in line.sources for grant in line.who}:
                if one in taken:
                    faults.append(f"{one[2]} has two lines for {name!r} from {one[1]}")
                taken.add(one)
        if faults:
            raise ValueError(f"{self.name}: " + "; ".join(faults))

    def begin(self, said: Any, actor: Actor, subject: Subject) -> Decision[Subject]:
        """Return the decision that opens a subject, given as it is first stored.

        Raises ``Forbidden`` for the wrong person.
        """
        opening = self.opening
        if not any(grant.post is actor.post for grant in opening.who):
            raise not_theirs(opening.name, actor)
        for condition in opening.conditions:
            if found := condition(said, actor):
                raise Forbidden(
                    found.code, found.message, command=opening.name, post=str(actor.post)
                )
        return Decision(None, subject, opening.name, said)

    def decide(
        self, subject: Subject, command: Command, actor: Actor, now: datetime, context: Context
    ) -> Decision[Subject]:
        """Return what the command would do; nothing is changed.

        Raises ``NotFound`` for an unknown command, ``Forbidden`` for the wrong person,
        ``OutOfOrder`` in the wrong state or while a condition is not met (with what is allowed
        now), and ``Invalid`` with every fault of what was typed.
        """
        line = self._open_line(subject, command.name, actor)
        said = line.step.read(command.form, Given(subject, actor, now, context))
        command.form.done()
        return self._written(line, subject, said, Stamp(actor, now))

    def take(
        self, subject: Subject, step: Step[Subject, Context, Content], said: Content, stamp: Stamp
    ) -> Decision[Subject]:
        """Return what a step does when its content is already known; raises as ``decide`` does."""
        line = self._open_line(subject, step.name, stamp.by)
        return self._written(line, subject, said, stamp)

    def allowed(self, subject: Subject, actor: Actor) -> list[Line[Subject, Context]]:
        """Return the lines that this actor can take now: the buttons, in the table's order."""
        return [
            line
            for line in self._theirs_now(subject, actor)
            if not _obstacles(line, subject, actor)
        ]

    def can(self, subject: Subject, step: str, actor: Actor) -> bool:
        """Whether this actor can take the step now."""
        return any(line.step.name == step for line in self.allowed(subject, actor))

    def blocked(self, subject: Subject, actor: Actor) -> list[Blocked[Subject, Context]]:
        """Return the lines that this actor could take now if their conditions were met.

        A step that is moot (no fee at the company's own station, say) is not one of them.
        """
        found = [
            (line, _obstacles(line, subject, actor)) for line in self._theirs_now(subject, actor)
        ]
        return [
            Blocked(line, obstacles)
            for line, obstacles in found
            if obstacles and not any(obstacle.moot for obstacle in obstacles)
        ]

    def expected(self, subject: Subject) -> list[Line[Subject, Context]]:
        """Return every line in this state that a person can take, whoever that is."""
        return [x for x in self.lines if subject.state in x.sources and not x.by_program]

    def steps_of_people(self) -> list[Step[Subject, Context, Any]]:
        """Return the steps that people take, in the table's order, each once."""
        found = {line.step.name: line.step for line in self.lines if not line.by_program}
        return list(found.values())

    def step(self, name: str) -> Step[Subject, Context, Any] | None:
        """Return the step of this name; None when the table has none."""
        return next((line.step for line in self.lines if line.step.name == name), None)

    def steps_of(self, post: Post) -> list[str]:
        """Return the names of the steps that this post may take, in the table's order."""
        theirs = (x.step.name for x in self.lines if any(g.post is post for g in x.who))
        return list(dict.fromkeys(theirs))

    def states_with_step_of(self, grant: Grant) -> tuple[StrEnum, ...]:
        """Return the states in which this grant has a step to take, in the table's order."""
        found = (state for x in self.lines if grant in x.who for state in x.sources)
        return tuple(dict.fromkeys(found))

    def states(self) -> tuple[StrEnum, ...]:
        """Return every state that a subject can be stored in, in the table's order."""
        onward = (state for line in self.lines for state in (*line.sources, line.to) if state)
        return tuple(dict.fromkeys((self.opening.to, *onward)))

    def stages(self) -> tuple[StrEnum, ...]:
        """Return the usual path from the first state to the last, without steps aside."""
        return tuple(self._usual_way())

    def _usual_way(self) -> Iterator[StrEnum]:
        state: StrEnum | None = self.opening.to
        seen: set[StrEnum] = set()
        while state is not None and state not in seen:
            yield state
            seen.add(state)
            onward = (
                line.to
                for line in self.lines
                if state in line.sources and line.to not in seen and line.to and not line.aside
            )
            state = next(onward, None)

    def _theirs_now(self, subject: Subject, actor: Actor) -> list[Line[Subject, Context]]:
        return [
            line
            for line in self.lines
            if subject.state in line.sources and _admits(line, subject, actor)
        ]

    def _written(
        self, line: Line[Subject, Context], subject: Subject, said: Any, stamp: Stamp
    ) -> Decision[Subject]:
        after = line.step.write(subject, said, stamp)
        changed: Any = {"state": line.to or subject.state, "version": subject.version + 1}
        return Decision(subject, replace(after, **changed), line.step.name, said)  # type: ignore[type-var]

    def _open_line(self, subject: Subject, name: str, actor: Actor) -> Line[Subject, Context]:
        """Return the line by which this actor may take the step now, or raise the refusal."""
        lines = [line for line in self.lines if line.step.name == name]
        if not lines:
            raise NotFound("unknown_command", f"there is no step {name!r}", command=name)
        theirs = [line for line in lines if _admits(line, subject, actor)]
        if not theirs:
            raise not_theirs(name, actor)
        here = next((line for line in theirs if subject.state in line.sources), None)
        if here is None:
            message = f"{name} is not possible in the state {subject.state}"
            raise self._out_of_order("not_in_this_state", message, subject, actor)
        if obstacles := _obstacles(here, subject, actor):
            raise self._refused(obstacles, here, subject, actor)
        return here

    def _refused(
        self,
        obstacles: tuple[Obstacle, ...],
        line: Line[Subject, Context],
        subject: Subject,
        actor: Actor,
    ) -> Forbidden | OutOfOrder:
        for one in obstacles:
            if one.forbids:
                return Forbidden(
                    one.code, one.message, command=line.step.name, post=str(actor.post)
                )
        message = "; ".join(one.message for one in obstacles)
        return self._out_of_order(obstacles[0].code, message, subject, actor)

    def _out_of_order(self, code: str, message: str, subject: Subject, actor: Actor) -> OutOfOrder:
        return OutOfOrder(
            code,
            message,
            allowed=[line.step.name for line in self.allowed(subject, actor)],
            state=str(subject.state),
            expected=[
                {"command": line.step.name, "who": [str(grant.post) for grant in line.who]}
                for line in self.expected(subject)
            ],
        )


def not_theirs(name: str, actor: Actor) -> Forbidden:
    """Return the refusal of a step that is not for this person to take here."""
    return Forbidden(
        "not_your_step",
        f"{name} is not for {actor.post} to do here (R-40)",
        command=name,
        post=str(actor.post),
    )


def _admits(line: Line[Subject, Context], subject: Subject, actor: Actor) -> bool:
    return any(
        grant.post is actor.post and (not grant.own or subject.is_of(actor)) for grant in line.who
    )


def _obstacles(
    line: Line[Subject, Context], subject: Subject, actor: Actor
) -> tuple[Obstacle, ...]:
    return tuple(found for condition in line.conditions if (found := condition(subject, actor)))
