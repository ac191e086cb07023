"""Material slips (R-22 to R-24): what is issued is used or comes back, and nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select, update

from dispatch.materials.booking import balance_faults
from dispatch.materials.ledger import Place, PlaceKind
from dispatch.materials.material_tables import BalanceRow, MovementRow
from dispatch.repair.sheets import MaterialSource
from dispatch.repair.ticket import Ticket
from dispatch.slips.slip import SlipState
from kit.db import Database
from kit.errors import Conflict, Invalid, OutOfOrder
from tests.dispatch.stores import CLERK, DEPARTMENT, STORE, Stores
from tests.dispatch.world import (
    LEADER,
    OTHER_TECHNICIAN,
    RECEPTIONIST,
    TECHNICIAN,
    TO_WORK,
)


@pytest.fixture
def stores(database: Database) -> Stores:
    return Stores(database)


def working(stores: Stores) -> Ticket:
    return stores.walk(stores.log(), TO_WORK)


def done(stores: Stores, ticket: Ticket, *used: dict[str, str]) -> Ticket:
    stores.do(stores.ticket(ticket), "report_flow_test")
    return stores.do(stores.ticket(ticket), "finish_work", materials=list(used))


def valves(quantity: str, **more: str) -> dict[str, str]:
    return {"code": "FM-20", "quantity": quantity} | more


def test_the_price_of_the_day_stands_on_the_slip(stores: Stores) -> None:
    ticket = working(stores)
    assert stores.ask(ticket, valve="2").value_fen == 7000
    assert stores.ask(ticket, pipe="1.5").value_fen is None, "nobody has entered its price"


def test_issued_used_and_returned_stand_on_the_ticket_and_add_up(stores: Stores) -> None:
    stores.book("receipt", "5")
    ticket = working(stores)
    slip = stores.issued(ticket, valve="3")
    job = Place(PlaceKind.JOB, ticket.id)
    assert (stores.held(STORE), stores.held(job)) == ("2", "3")
    done(stores, ticket, valves("2"))
    assert stores.held(job) == "1"
    with pytest.raises(Invalid, match="1 个 must be left .*, 0 counted"):
        stores.count(slip)
    slip = stores.count(slip, valve="1")
    assert stores.held(STORE) == "2", "counted, and not yet in stock"
    slip = stores.slip_step(slip, "restock", DEPARTMENT)
    assert slip.state is SlipState.CLOSED
    assert (stores.held(STORE), stores.held(job)) == ("3", "0")
    [one] = stores.ticket(ticket).materials
    assert (str(one.issued), str(one.returned)) == ("3", "1")


def test_a_leader_s_signature_waits_and_names_the_difference(stores: Stores) -> None:
    stores.book("receipt", "5")
    ticket = working(stores)
    slip = stores.issued(ticket, valve="3")
    done(stores, ticket, valves("1"))
    stores.do(stores.ticket(ticket), "customer_sign")
    with pytest.raises(OutOfOrder, match="DN20 阀门: 3 个 issued, 1 used, 0 returned") as caught:
        stores.do(stores.ticket(ticket), "leader_sign")
    assert caught.value.code == "material_unaccounted"
    stores.count(slip, valve="2")
    stores.do(stores.ticket(ticket), "leader_sign")


def test_a_withdrawn_matter_is_archived_once_its_material_is_back(stores: Stores) -> None:
    stores.book("receipt", "1")
    ticket = stores.walk(stores.log(), ("issue", "assign"))
    slip = stores.issued(ticket)
    stores.do(stores.ticket(ticket), "withdraw")
    with pytest.raises(OutOfOrder, match="1 个 issued, 0 used, 0 returned"):
        stores.do(stores.ticket(ticket), "archive", RECEPTIONIST)
    stores.count(slip, valve="1")
    stores.do(stores.ticket(ticket), "archive", RECEPTIONIST)


def test_work_that_is_sent_back_gives_up_its_use_until_it_is_reported_again(
    stores: Stores,
) -> None:
    stores.book("receipt", "3")
    ticket = working(stores)
    slip = stores.issued(ticket, valve="3")
    done(stores, ticket, valves("3"))
    slip = stores.slip_step(stores.count(slip), "restock", DEPARTMENT)
    stores.do(stores.ticket(ticket), "send_back", LEADER)
    assert stores.held(Place(PlaceKind.USED, ticket.id)) == "0"
    done(stores, ticket, valves("2"))
    slip = stores.count(slip, valve="1")
    assert stores.slip_step(slip, "restock", DEPARTMENT).state is SlipState.CLOSED
    assert stores.held(STORE) == "1"
    with pytest.raises(OutOfOrder, match="come back already"):
        stores.count(slip)


def test_a_line_says_where_it_came_from(stores: Stores) -> None:
    stores.book("receipt", "9")
    stores.book("van_load", "2", technician=TECHNICIAN.id)
    ticket = working(stores)
    stores.issued(ticket, valve="1")
    used = [
        valves("1"),
        valves("2", source="van"),
        {"name": "软管", "quantity": "1", "unit": "根", "source": "customer"},
    ]
    ticket = done(stores, ticket, *used)
    assert ticket.work.report is not None
    sources = [one.source for one in ticket.work.report.materials]
    assert sources == [MaterialSource.SLIP, MaterialSource.VAN, MaterialSource.CUSTOMER]
    assert stores.held(Place(PlaceKind.VAN, TECHNICIAN.id)) == "0"
    assert stores.held(Place(PlaceKind.USED, ticket.id)) == "3"


def test_a_van_gives_no_more_than_it_holds(stores: Stores) -> None:
    ticket = working(stores)
    with pytest.raises(Conflict) as caught:
        done(stores, ticket, valves("1", source="van"))
    assert caught.value.code == "stock_short"
    assert stores.ticket(ticket).work.report is None


def test_without_a_slip_a_line_says_so(stores: Stores) -> None:
    ticket = done(stores, working(stores), {"name": "螺丝", "quantity": "0.1", "unit": "盒"})
    assert ticket.work.report is not None
    [line] = ticket.work.report.materials
    assert (line.source, line.quantity) == (MaterialSource.WITHOUT_SLIP, Decimal("0.1"))


def test_nothing_is_issued_for_work_that_is_over(stores: Stores) -> None:
    stores.book("receipt", "1")
    ticket = working(stores)
    slip = stores.signed(stores.ask(ticket))
    done(stores, ticket)
    with pytest.raises(OutOfOrder, match="is over"):
        stores.slip_step(slip, "issue_material", DEPARTMENT)
    assert stores.held(STORE) == "1"


def test_the_department_has_a_wrong_count_counted_again(stores: Stores) -> None:
    stores.book("receipt", "2")
    ticket = working(stores)
    slip = stores.issued(ticket, valve="2")
    done(stores, ticket, valves("1"))
    slip = stores.slip_step(
        stores.count(slip, valve="1"), "refuse_count", DEPARTMENT, note="没有送到"
    )
    assert slip.state is SlipState.ISSUED
    [one] = stores.ticket(ticket).materials
    assert one.returned == 0
    assert stores.held(Place(PlaceKind.JOB, ticket.id)) == "1"


def test_scrap_comes_back_and_not_into_stock(stores: Stores) -> None:
    stores.book("receipt", "2")
    ticket = working(stores)
    slip = stores.issued(ticket, valve="2")
    done(stores, ticket)
    line = {"code": "FM-20", "quantity": "2", "scrapped": "1"}
    with pytest.raises(Invalid, match="note: is needed"):
        stores.slip_step(slip, "count_return", CLERK, materials=[line])
    slip = stores.slip_step(slip, "count_return", CLERK, materials=[line], note="摔裂")
    stores.slip_step(slip, "restock", DEPARTMENT)
    assert (stores.held(STORE), stores.held(Place(PlaceKind.SCRAPPED))) == ("1", "1")


def test_a_stock_note_is_reversed_by_the_opposite_movement(stores: Stores) -> None:
    note = stores.book("receipt", "2")
    stores.stock.take(note.id, "reverse_stock", {"note": "录错"}, DEPARTMENT, stores.key())
    assert stores.held(STORE) == "0"
    with stores.db.read() as session:
        assert session.scalar(select(func.count()).select_from(MovementRow)) == 2


def test_what_has_left_the_store_is_not_reversed(stores: Stores) -> None:
    note = stores.book("receipt", "1")
    stores.issued(working(stores))
    with pytest.raises(Conflict) as caught:
        stores.stock.take(note.id, "reverse_stock", {"note": "录错"}, DEPARTMENT, stores.key())
    assert caught.value.code == "stock_short"


def test_the_last_valve_is_issued_once(stores: Stores) -> None:
    stores.book("receipt", "1")
    slips = [stores.signed(stores.ask(working(stores))) for _ in range(4)]
    together, results = threading.Barrier(len(slips)), []

    def issue(n: int) -> None:
        together.wait()
        try:
            done = stores.slips.take(slips[n].id, "issue_material", {}, DEPARTMENT, f"last-{n}")
            results.append(str(done.state))
        except Conflict as error:
            results.append(error.code)

    threads = [threading.Thread(target=issue, args=(n,)) for n in range(len(slips))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["issued", *["stock_short"] * 3]
    assert stores.held(STORE) == "0"


def test_a_holding_that_somebody_altered_is_found(stores: Stores) -> None:
    stores.book("receipt", "2")
    with stores.db.write() as session:
        session.execute(update(BalanceRow).where(BalanceRow.place == "store").values(quantity=3))
    with stores.db.read() as session:
        [fault] = balance_faults(session)
    assert (fault.place, str(fault.kept), str(fault.moved)) == ("store", "3.000", "2.000")


def test_killed_at_any_statement_an_issue_is_whole_or_not_there(database_url: str) -> None:
    """A child process is killed before its n-th statement, for every n until it comes through."""
    db = Database(database_url)
    stores = Stores(db)
    stores.book("receipt", "1")
    ticket = working(stores)
    slip = stores.signed(stores.ask(ticket))
    outcomes = []
    for n in range(1, 100):
        if child_comes_through(database_url, stores, slip.id, n):
            break
        with db.read() as session:
            now = stores.slips.see(session, DEPARTMENT, slip.id)
        whole = (now.state, stores.held(STORE), len(stores.ticket(ticket).materials))
        outcomes.append(whole)
        with db.read() as session:
            assert balance_faults(session) == []
    assert len(outcomes) > 10, "there are more statements than that"
    assert set(outcomes) == {(SlipState.APPROVED, "1", 0)}, "killed before the commit: nothing"
    with db.read() as session:
        assert stores.slips.see(session, DEPARTMENT, slip.id).state is SlipState.ISSUED
    assert (stores.held(STORE), len(stores.ticket(ticket).materials)) == ("0", 1)
    db.close()


def child_comes_through(url: str, stores: Stores, slip_id: str, n: int) -> bool:
    """Issue a slip in a process of its own that dies before its n-th statement."""
    child = os.fork()
    if child == 0:
        seen = 0

        def die(*_args: object) -> None:
            nonlocal seen
            seen += 1
            if seen == n:
                os.kill(os.getpid(), signal.SIGKILL)

        db = Database(url)
        event.listen(db.engine, "before_cursor_execute", die)
        desk = type(stores.slips)(
            stores.slips.life, db, stores.clock, stores.slips.zone, stores.slips.context
        )
        desk.take(slip_id, "issue_material", {}, DEPARTMENT, "kill")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def test_another_technician_sees_no_slip_that_is_not_theirs(stores: Stores) -> None:
    slip = stores.ask(working(stores))
    life = stores.slips.life
    assert life.knows_of(TECHNICIAN, slip)
    assert not life.knows_of(OTHER_TECHNICIAN, slip)
    with stores.db.read() as session:
        found = life.book.page(session, life.within_reach(OTHER_TECHNICIAN), 1, 10)
    assert found.total == 0
