"""The record can be trusted: what is altered, dropped or forged shows (R-39)."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dispatch.archive.archive_tables import ArchiveEntryRow
from dispatch.clocks.deadlines import DeadlineRow
from dispatch.repair.missed_deadlines import record_missed_deadlines
from dispatch.repair.reading import get_ticket
from dispatch.repair.record_formats import UnreadableTicket
from dispatch.repair.repair_tables import (
    TicketEventRow,
    TicketGramRow,
    TicketRow,
    TicketTechnicianRow,
)
from dispatch.repair.search import find_tickets
from dispatch.repair.ticket import Ticket
from dispatch.repair.tickets import TICKETS
from dispatch.repair.verify import verify_archive, verify_ticket
from kit.actors import Post
from kit.record import event_hash
from tests.dispatch.world import MANAGER, START, TO_ARCHIVE, World, due_of

Forgery = Callable[[Session, Ticket], None]


def change_a_time(session: Session, ticket: Ticket) -> None:
    row = session.scalars(
        select(TicketEventRow).where(TicketEventRow.subject_id == ticket.id)
    ).all()
    row[4].at = ticket.intake.received_at


def change_the_fee(session: Session, ticket: Ticket) -> None:
    rows = session.scalars(
        select(TicketEventRow).where(
            TicketEventRow.subject_id == ticket.id, TicketEventRow.command == "quote_fee"
        )
    ).all()
    rows[0].data = {"lines": [{"item": "换阀门", "amount_fen": 1}]}


def change_an_actor_and_its_hash(session: Session, ticket: Ticket) -> None:
    row = session.scalars(
        select(TicketEventRow).where(TicketEventRow.subject_id == ticket.id)
    ).all()
    row[2].actor_name = "别人"
    session.flush()
    row[2].hash = event_hash(TICKETS.history(session, ticket.id)[2])


def drop_an_event(session: Session, ticket: Ticket) -> None:
    session.execute(
        delete(TicketEventRow).where(TicketEventRow.subject_id == ticket.id, TicketEventRow.n == 5)
    )


def drop_the_last_event(session: Session, ticket: Ticket) -> None:
    session.execute(
        delete(TicketEventRow).where(
            TicketEventRow.subject_id == ticket.id, TicketEventRow.n == ticket.version
        )
    )


def change_the_ticket_itself(session: Session, ticket: Ticket) -> None:
    row = session.get_one(TicketRow, ticket.id)
    row.body = row.body | {"content": "没有漏水"}


def change_what_the_board_shows(session: Session, ticket: Ticket) -> None:
    row = session.get_one(TicketRow, ticket.id)
    row.due_at, row.phone = START, "13900000000"


def change_who_is_named(session: Session, ticket: Ticket) -> None:
    session.execute(
        update(TicketTechnicianRow)
        .where(TicketTechnicianRow.ticket_id == ticket.id)
        .values(technician_id="somebody")
    )


def drop_the_whole_ticket(session: Session, ticket: Ticket) -> None:
    for table in (ArchiveEntryRow, DeadlineRow, TicketTechnicianRow, TicketGramRow):
        session.execute(delete(table).where(table.ticket_id == ticket.id))
    session.execute(delete(TicketEventRow).where(TicketEventRow.subject_id == ticket.id))
    session.execute(delete(TicketRow).where(TicketRow.id == ticket.id))


def drop_the_seal(session: Session, ticket: Ticket) -> None:
    session.execute(delete(ArchiveEntryRow).where(ArchiveEntryRow.ticket_id == ticket.id))


def change_the_seal(session: Session, ticket: Ticket) -> None:
    session.execute(
        update(ArchiveEntryRow)
        .where(ArchiveEntryRow.ticket_id == ticket.id)
        .values(head_hash="0" * 64)
    )


FORGERIES: list[Forgery] = [
    change_a_time,
    change_the_fee,
    change_an_actor_and_its_hash,
    drop_an_event,
    drop_the_last_event,
    change_the_ticket_itself,
    change_what_the_board_shows,
    change_who_is_named,
    drop_the_whole_ticket,
    drop_the_seal,
    change_the_seal,
]


def three_archived(world: World) -> list[Ticket]:
    return [world.walk(world.log(), TO_ARCHIVE) for _ in range(3)]


def test_an_untouched_record_has_no_fault(world: World) -> None:
    tickets = three_archived(world)
    world.walk(world.log(), TO_ARCHIVE[:4])
    with world.db.read() as session:
        assert verify_archive(session) == []
        assert verify_ticket(session, tickets[0].id) == []


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("forge", FORGERIES, ids=lambda f: f.__name__)
def test_a_forgery_shows(sqlite_world: World, forge: Forgery, which: int) -> None:
    victim = three_archived(sqlite_world)[which]
    with sqlite_world.db.write() as session:
        forge(session, victim)
    with sqlite_world.db.read() as session:
        assert verify_archive(session)


@pytest.mark.parametrize("body", [{}, [], {"intake": 1}, "gone", {"id": "x", "promise": None}])
def test_a_ticket_that_was_made_unreadable_shows_and_hides_no_other(
    world: World, body: object
) -> None:
    victim, other = world.log(), world.log()
    with world.db.write() as session:
        session.get_one(TicketRow, victim.id).body = body
    now = due_of(victim) + timedelta(minutes=1)
    assert record_missed_deadlines(world.desk, now) == 1
    with world.db.read() as session:
        assert [one.id for one in find_tickets(session, MANAGER, now).tickets] == [other.id]
        assert [fault.subject_id for fault in verify_archive(session)] == [victim.id]
        with pytest.raises(UnreadableTicket):
            get_ticket(session, MANAGER, victim.id)
    with pytest.raises(UnreadableTicket):
        world.do(victim, "issue")


def test_a_ticket_deleted_before_the_archive_shows_by_its_missing_number(world: World) -> None:
    kept, dropped = world.log(), world.log()
    with world.db.write() as session:
        drop_the_whole_ticket(session, dropped)
    with world.db.read() as session:
        assert verify_ticket(session, kept.id) == []
        assert [fault.code for fault in verify_archive(session)] == ["missing_ticket"]


def test_each_step_is_kept_with_who_when_where_and_what(world: World) -> None:
    ticket = world.walk(world.log(), TO_ARCHIVE)
    with world.db.read() as session:
        found = TICKETS.history(session, ticket.id)
    assert [e.command for e in found] == ["log", *TO_ARCHIVE]
    assert found[0].actor.post is Post.RECEPTIONIST
    assert found[-1].at == ticket.archived_at
    assert [e.n for e in found] == list(range(1, len(found) + 1))
    assert all(a.to_state == b.from_state for a, b in pairwise(found))
