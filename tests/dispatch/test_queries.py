from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.privacy import mask_name, mask_phone
from dispatch.repair.by_link import customer_token, ticket_by_token
from dispatch.repair.matter import Channel, JobType
from dispatch.repair.reading import get_ticket, read_record, stamp_of_all
from dispatch.repair.search import (
    FoundTickets,
    Order,
    Sort,
    TicketFilter,
    count_jobs,
    count_overdue,
    find_tickets,
    jobs_of,
)
from dispatch.repair.ticket import State, Ticket, customer_of
from dispatch.repair.workflow import REPAIR
from kit.actors import Actor
from kit.errors import NotFound
from tests.dispatch.world import (
    ADMIN,
    DIRECTOR,
    LEADER,
    OPERATOR,
    OTHER_TECHNICIAN,
    RECEPTIONIST,
    START,
    TECHNICIAN,
    TO_ARCHIVE,
    TO_SITE,
    World,
    due_of,
    make_desk,
)


def board(
    world: World, viewer: Actor = LEADER, wanted: TicketFilter | None = None, **order: Any
) -> FoundTickets:
    with world.db.read() as session:
        return find_tickets(session, viewer, world.clock.now(), wanted, Order(**order))


def ids(found: FoundTickets) -> list[str]:
    return [ticket.id for ticket in found.tickets]


def test_the_board_serves_by_the_written_rules_then_by_due_time(world: World) -> None:
    far = world.log(distance_km=9)
    near = world.log(distance_km=1)
    old = world.log(distance_km=9, vulnerable=True)
    burst = world.log(distance_km=9, job_type="burst")
    assert ids(board(world)) == [burst.id, old.id, near.id, far.id]


def test_the_board_is_narrowed_by_state_channel_job_and_station(world: World) -> None:
    leak = world.log()
    visit = world.do(world.log(channel="visit", job_type="meter"), "issue")
    alarm = world.alarm()
    wanted = {
        leak.id: TicketFilter(job_type=JobType.LEAK),
        visit.id: TicketFilter(channel=Channel.VISIT, states=(State.ISSUED,)),
        alarm.id: TicketFilter(station_id="pump-01"),
    }
    for ticket_id, narrow in wanted.items():
        assert ids(board(world, wanted=narrow)) == [ticket_id]


def test_overdue_is_what_nobody_has_reached_in_time(world: World) -> None:
    late, there = world.log(), world.walk(world.log(), TO_SITE)
    archived = world.walk(world.log(), TO_ARCHIVE)
    overdue = TicketFilter(overdue=True)
    assert ids(board(world, wanted=overdue)) == []
    world.clock.set(due_of(late))
    assert ids(board(world, wanted=overdue)) == [late.id]
    now = world.clock.now()
    assert [ticket.arrival(now).overdue for ticket in board(world).tickets].count(True) == 1
    assert set(ids(board(world, wanted=TicketFilter(open_only=True)))) == {late.id, there.id}
    with world.db.read() as session:
        assert count_overdue(session, LEADER, now) == 1
    assert archived.id in ids(board(world))


def test_paging_neither_skips_nor_repeats(world: World) -> None:
    made = {world.log().id for _ in range(7)}
    pages = [board(world, page=n, page_size=3, sort=Sort.DUE) for n in (1, 2, 3)]
    assert [len(page.tickets) for page in pages] == [3, 3, 1]
    assert {page.total for page in pages} == {7}
    assert {found for page in pages for found in ids(page)} == made
    assert board(world, page=99).tickets == ()
    assert len(board(world, page=-1, page_size=0).tickets) == 1


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_can_be_turned_round(sqlite_world: World, sort: Sort) -> None:
    for job in ("leak", "burst", "meter"):
        sqlite_world.log(job_type=job)
    there = ids(board(sqlite_world, sort=sort))
    assert ids(board(sqlite_world, sort=sort, descending=True)) == there[::-1]


def test_text_is_looked_for_as_it_is_and_in_persons_only_by_those_who_see_them(
    world: World,
) -> None:
    ticket = world.log(name="欧阳娜娜", address="100%纯净小区_1号")
    world.log()
    for text in ("欧阳", "100%纯", "小区_1", ticket.number[-6:]):
        assert ids(board(world, wanted=TicketFilter(text=text))) == [ticket.id]
    for text in ("%_%", "' OR 1=1 --"):
        assert ids(board(world, wanted=TicketFilter(text=text))) == []
    assert ids(board(world, ADMIN, wanted=TicketFilter(text="欧阳"))) == []


def test_a_technician_sees_their_own_jobs_and_nothing_else(world: World) -> None:
    mine = world.walk(world.log(), ("issue", "assign"))
    other = world.log()
    assert ids(board(world, TECHNICIAN)) == [mine.id]
    assert ids(board(world, OTHER_TECHNICIAN)) == []
    with world.db.read() as session:
        now = world.clock.now()
        assert [job.id for job in jobs_of(session, TECHNICIAN, now)] == [mine.id]
        assert count_jobs(session) == {TECHNICIAN.id: 1}
        assert get_ticket(session, TECHNICIAN, mine.id) == mine
        for hidden in (other.id, "no-such"):
            with pytest.raises(NotFound):
                get_ticket(session, TECHNICIAN, hidden)
            with pytest.raises(NotFound):
                read_record(session, TECHNICIAN, hidden, REPAIR)


def test_a_job_that_is_done_leaves_the_technicians_list(world: World) -> None:
    world.walk(world.log(), TO_ARCHIVE[: TO_ARCHIVE.index("leader_sign")])
    with world.db.read() as session:
        assert jobs_of(session, TECHNICIAN, world.clock.now()) == ()


def test_a_customer_sees_their_own_ticket_with_their_data_masked(world: World) -> None:
    ticket, other = world.log(), world.log()
    with world.db.read() as session:
        seen = get_ticket(session, customer_of(ticket), ticket.id)
        with pytest.raises(NotFound):
            get_ticket(session, customer_of(ticket), other.id)
    assert (seen.intake.name, seen.intake.phone) == ("王**", "138****5678")


@pytest.mark.parametrize("viewer", [OPERATOR, ADMIN])
def test_who_needs_no_personal_data_sees_none_anywhere(world: World, viewer: Actor) -> None:
    ticket = world.walk(world.log(), TO_ARCHIVE)
    with world.db.read() as session:
        now = world.clock.now()
        seen = [
            find_tickets(session, viewer, now),
            get_ticket(session, viewer, ticket.id),
            read_record(session, viewer, ticket.id, REPAIR).events,
        ]
    for shown in map(repr, seen):
        assert "王小明" not in shown
        assert "13812345678" not in shown
        assert "60.0, 40.0" not in shown  # a point of the signature


@pytest.mark.parametrize("viewer", [RECEPTIONIST, LEADER, DIRECTOR])
def test_who_needs_personal_data_sees_all_of_it(world: World, viewer: Actor) -> None:
    ticket = world.walk(world.log(), TO_ARCHIVE)
    with world.db.read() as session:
        assert get_ticket(session, viewer, ticket.id) == ticket
        assert "王小明" in repr(read_record(session, viewer, ticket.id, REPAIR).events)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("0350-3022150", "0350-****150"),
        ("3022150", "30***50"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_a_number_is_masked(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_an_extension_does_not_unmask_the_number() -> None:
    assert "3022150" not in mask_phone("0350-3022150-802")
    assert "302215" not in mask_phone("0350-3022150-802")


def test_a_name_is_masked() -> None:
    assert [mask_name(n) for n in ("王小明", "王", "", "Smith Jones")] == [
        "王**",
        "王*",
        "",
        "S****",
    ]


def test_the_register_lists_the_latest_receipt_first_within_its_days(world: World) -> None:
    first = world.log(received_at="2026-11-22T09:00")
    second = world.log()
    with world.db.read() as session:
        now = world.clock.now()
        latest = Order(Sort.RECEIVED, descending=True)
        everything = find_tickets(session, RECEPTIONIST, now, order=latest)
        today = TicketFilter(received_from=START - timedelta(hours=1))
        narrowed = find_tickets(session, RECEPTIONIST, now, today, latest)
    assert everything.tickets == (second, first)
    assert (narrowed.tickets, narrowed.total) == ((second,), 1)


def test_the_stamp_changes_with_every_step(world: World) -> None:
    def stamp() -> str:
        with world.db.read() as session:
            return stamp_of_all(session)

    seen = [stamp()]
    ticket = world.log()
    seen += [stamp()]
    world.do(ticket, "issue")
    seen += [stamp(), stamp()]
    assert len(set(seen[:3])) == 3
    assert seen[2] == seen[3]


def opened(world: World, token: str) -> Ticket:
    with world.db.read() as session:
        return ticket_by_token(world.desk, session, token)


def test_the_customers_link_opens_its_own_ticket_every_time(world: World) -> None:
    ticket = world.log()
    token = customer_token(world.desk, ticket.id)
    assert opened(world, token) == ticket
    assert customer_token(world.desk, ticket.id) == token


def test_a_forged_link_opens_nothing(world: World) -> None:
    ticket, other = world.log(), world.log()
    token = customer_token(world.desk, ticket.id)
    mac = token.partition(".")[2]
    last = "A" if token[-1] != "A" else "B"
    elsewhere = make_desk(world.db, world.clock, link_secret=b"another-secret-16")
    forged = (
        "",
        ticket.id,
        f"{ticket.id}.",
        f"{other.id}.{mac}",
        token[:-1] + last,
        token + "=",
        "票" * 40,
        "x" * 10_000,
        customer_token(elsewhere, ticket.id),
    )
    for wrong in forged:
        with pytest.raises(NotFound):
            opened(world, wrong)


def test_a_short_secret_makes_no_links(world: World) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        make_desk(world.db, world.clock, link_secret=b"short")


def test_a_station_names_no_customer_so_nothing_is_masked(world: World) -> None:
    ticket = world.alarm()
    with world.db.read() as session:
        seen = get_ticket(session, OPERATOR, ticket.id)
    assert seen == replace(ticket)
