"""Plays a scenario through the HTTP API of a running server, one step after the other.

A step has a time, a person, what they do, and what comes of it. A word that is not in ``words`` is
a mistake of the scenario and fails it: nothing that is written there goes unread.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import yaml

from api.compose.bridge import Bridge
from api.compose.lives import desk_of
from dispatch.cases.cases import CASE_LIFE
from dispatch.cases.unowned import follow_up_cases
from dispatch.repair.missed_deadlines import record_missed_deadlines
from tests.api.company import Company, Person
from tests.company.people import PEOPLE
from tests.scenarios import told_deadlines
from tests.scenarios.appointments_seen import (
    look_for_missed_answers,
)
from tests.scenarios.case_papers import path_of_sheet
from tests.scenarios.entered_lists import enter_lists, look_at_stock
from tests.scenarios.hotline import ask_at_hotline, look_at_hotline
from tests.scenarios.life_steps import LivesBegun
from tests.scenarios.roster_steps import (
    acting_as,
    ask_roster,
    look_at_calls,
    look_at_roster,
    run_roster,
)
from tests.scenarios.sights import gone_through, look_at_ticket
from tests.scenarios.words import (
    COMMANDS,
    POSTS,
    REFUSALS,
    STATES,
    YES_NO,
    field_at_fault,
    filled_in,
    meant,
)
from tests.telemetry.peer import Peer
from tests.web.clerks import text_of

ZONE = ZoneInfo("Asia/Shanghai")
PARTS = {"情景", "规则", "开始", "报警规则", "材料目录", "收费标准", "表单", "步骤", "最后"}
LOGINS = {one.name: login for login, one in PEOPLE.items()}
_NAMES = {name: word for word, name in COMMANDS.items()}


def read_scenario(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


class Player:
    """Plays the steps of one scenario, and looks at what comes of each."""

    def __init__(self, company: Company, scenario: dict[str, Any]) -> None:
        unknown = scenario.keys() - PARTS
        assert not unknown, f"nobody reads {sorted(unknown)}"
        self.company = company
        self.scenario = scenario
        self.day = datetime.fromisoformat(str(scenario["开始"])).replace(tzinfo=ZONE)
        self.ticket: dict[str, Any] = {}
        self.lives = LivesBegun(company)
        self.token = ""
        self.station: Peer | None = None
        self._seq = 0

    def play(self) -> None:
        enter_lists(self.company, self.scenario)
        for n, step in enumerate(self.scenario["步骤"], 1):
            try:
                self._play(dict(step))
            except AssertionError as error:
                raise AssertionError(f"第{n}步 {step}: {error}") from error
        self._look_at_the_end(dict(self.scenario["最后"]))

    def _play(self, step: dict[str, Any]) -> None:
        at = self._time(step.pop("时间"))
        assert at >= self.company.clock.now(), "the clock does not run back"
        if at.date() > self.company.clock.now().astimezone(ZONE).date():
            self.company.forget_all()  # a log-in does not last overnight
        self.company.clock.set(at)
        who = step.pop("谁")
        if "上报压力（MPa）" in step:
            self._report(step.pop("上报压力（MPa）"), step.pop("秒"))
            self._expect_alarms(step.pop("报警数"))
        elif who == "程序":
            self._program(step.pop("做"), step)
        elif "打印" in step:
            self._print(self.company.as_(meant(LOGINS, who)), step)
        else:
            self._expect(self._ask(who, step), step)
        self._look(step)
        look_at_stock(self.company, step)
        assert not step, f"nobody has read {sorted(step)}"

    def _time(self, written: str) -> datetime:
        """Return a time of the scenario: ``14:05`` of its first day, or with the day before it."""
        if " " in written:
            return datetime.fromisoformat(written).replace(tzinfo=ZONE)
        hour, minute = map(int, written.split(":"))
        return self.day.replace(hour=hour, minute=minute)

    # -- people ------------------------------------------------------------------------------

    def _ask(self, who: str, step: dict[str, Any]) -> httpx.Response:
        person = self.company.anyone() if who == "用户" else self.company.as_(meant(LOGINS, who))
        if "身份" in step:
            post = meant(POSTS, step.pop("身份"))
            with acting_as(person, post):
                return self._ask(who, step)
        if answer := ask_roster(person, step):
            return answer
        if "问到达承诺" in step:
            return person.get("/promise", **self._data(step.pop("问到达承诺")))
        ticket_id = self.ticket.get("id", "")
        if asked := ask_at_hotline(self.company, person, step, ticket_id):
            return asked
        if step.pop("确认报警", None):
            alarms = self.company.as_("sun").get("/alarms").json()["rows"]
            return person.post(f"/alarms/{alarms[0]['id']}/acknowledge")
        if "设置时段" in step:
            return person.post("/slot-templates", self._data(step.pop("设置时段")))
        command, data = meant(COMMANDS, step.pop("做")), self._data(step.pop("填写", {}))
        if "checks" in data:
            ticket = self.company.as_("chen").get(f"/tickets/{self.ticket['id']}").json()
            data["checks"] = gone_through(ticket["checklist"], data["checks"])
        if "维修人员" in step:
            data["technicians"] = [
                {"id": f"u-{meant(LOGINS, name)}"} for name in step.pop("维修人员")
            ]
        if life := self.lives.life_of(command):
            return self.lives.ask(life, person, command, data, self.ticket)
        if command == "log":
            return person.post("/tickets", data)
        path = command.replace("_", "-")
        if who == "用户":
            return person.post(f"/customer/{self.token}/{path}", data)
        return person.post(f"/tickets/{self.ticket['id']}/{path}", data)

    def _data(self, written: dict[str, Any] | str) -> dict[str, Any]:
        data = filled_in(
            meant(self.scenario["表单"], written) if isinstance(written, str) else written
        )
        if data.get("ticket_id") == "本单":
            data["ticket_id"] = self.ticket["id"]
        return data

    def _expect(self, answer: httpx.Response, step: dict[str, Any]) -> None:
        refusal = step.pop("被拒绝", None)
        if refusal is None:
            assert answer.is_success, answer.text
            told = answer.json() if answer.content else {}
            self._take_note(told)
            self.lives.look(told, step)
            look_at_roster(told, step)
            look_at_hotline(told, step)
            look_at_calls(told, step)
            if "due_at" in told and "minutes" in told and "calls" not in told:
                self._expect_promise(told, step)
            return
        status, code = meant(REFUSALS, refusal)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        if "有误的栏" in step:
            wanted = {field_at_fault(word) for word in step.pop("有误的栏")}
            found = {error["field"] for error in answer.json()["errors"]}
            assert {one if one in wanted else one.rpartition(".")[2] for one in found} == wanted
        if "现在可以" in step:
            allowed = [_NAMES[name] for name in answer.json()["allowed"]]
            assert sorted(allowed) == sorted(step.pop("现在可以"))

    def _take_note(self, answer: dict[str, Any]) -> None:
        if "customer_token" in answer and not self.ticket:
            self.ticket, self.token = answer, answer["customer_token"]
        if "queue" in answer and "id" in answer and answer["queue"]:
            self.lives.paths["waiter"] = f"/waiters/{answer['id']}"

    # -- the program -------------------------------------------------------------------------

    def _program(self, what: str, step: dict[str, Any]) -> None:
        parts = self.company.parts
        if what == "转维修":
            Bridge(parts.db, parts.desk, parts.clock, parts.quantities).carry()
            rows = self.company.as_("chen").get("/tickets").json()["rows"]
            assert len(rows) == step.pop("任务单数")
            self.ticket = self.ticket or rows[0]
        elif found := run_roster(what, self.company, step):
            self.lives.paths["call_out"] = found
        elif what == "查期限":
            record_missed_deadlines(parts.desk, parts.clock.now())
        elif what == "查办件责任人":
            follow_up_cases(desk_of(parts.lives, CASE_LIFE))
            path = self.lives.paths[CASE_LIFE.name]
            self.lives.look(self.company.as_("ma").get(path).json(), step)
        elif what == "查答复期限":
            look_for_missed_answers(parts, step)
        else:
            raise AssertionError(f"the program does not know how to {what}")

    def _print(self, person: Person, step: dict[str, Any]) -> None:
        """Open the sheet that is printed, and look for every word that has to stand on it."""
        printed = path_of_sheet(step.pop("打印"), self.ticket, self.lives.latest)
        answer = person.http.get(printed)
        assert answer.status_code == 200, f"{printed}: {answer.status_code}"
        missing = [word for word in step.pop("印有") if word not in text_of(answer.text)]
        assert not missing, f"{printed} does not say {missing}"

    def _report(self, pressure: float, seconds: int) -> None:
        """Let the station send a reading a second, and wait for the receipt of every one."""
        assert self.station is not None, "this scenario names no station"
        peer = self.station
        seqs = range(self._seq + 1, self._seq + seconds + 1)
        for self._seq in seqs:
            self.company.clock.advance(timedelta(seconds=1))
            at_ms = int(self.company.clock.now().timestamp() * 1000)
            peer.reading(self._seq, t=at_ms, pressure=pressure)
        peer.await_receipts(*seqs)

    def _expect_alarms(self, number: int) -> None:
        alarms = self.company.as_("sun").get("/alarms").json()["rows"]
        active = [alarm for alarm in alarms if alarm["returned_at"] is None]
        assert len(active) == number, alarms

    # -- what comes of it --------------------------------------------------------------------

    def _look(self, step: dict[str, Any]) -> None:
        if not self.ticket:
            return
        seen = self.company.as_("chen").get(f"/tickets/{self.ticket['id']}").json()
        if "结果" in step:
            assert seen["state"] == meant(STATES, step.pop("结果"))
        if "承诺到达时间" in step:
            self._expect_promise(seen["promise"], step)
        told_deadlines.expect_missed(seen, step)
        if told_deadlines.WORDS & step.keys():
            path = f"/tickets/{self.ticket['id']}/deadlines"
            told_deadlines.expect_answer(self.company.as_("chen").get(path).json(), step)
        look_at_ticket(seen, step, self._time)
        if "合计（元）" in step:
            assert seen["fee_total_fen"] == step.pop("合计（元）") * 100

    def _expect_promise(self, promise: dict[str, Any], step: dict[str, Any]) -> None:
        due = datetime.fromisoformat(promise["due_at"]).astimezone(ZONE)
        assert due.strftime("%H:%M") == step.pop("承诺到达时间")
        assert promise["rule"] == step.pop("依据")

    def _look_at_the_end(self, end: dict[str, Any]) -> None:
        path = (
            f"/tickets/{self.ticket['id']}" if self.ticket else list(self.lives.paths.values())[-1]
        )
        history = self.company.as_("zhao").get(f"{path}/events").json()
        assert "events" in history, history
        done = [_NAMES[event["command"]] for event in history["events"]]
        assert done == end.pop("走过的步骤")
        if "经办人" in end:
            assert [event["actor"]["name"] for event in history["events"]] == end.pop("经办人")
        record = self.company.as_("zhou").get("/archive/verify").json()
        assert history["sound"] is record["sound"] is meant(YES_NO, end.pop("档案完好"))
        assert not end, f"nobody has read {sorted(end)}"
