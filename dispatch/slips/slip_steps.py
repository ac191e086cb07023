"""The steps of a material slip: signatures, issue, the count of what is left, and back. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dispatch.materials.catalogue import Material, read_quantity, rounded
from dispatch.slips.slip import (
    MOST_LINES,
    TEXT,
    Given,
    LeftOver,
    MaterialSlip,
    ReturnSlip,
    SlipNote,
    SlipRequest,
    SlipStep,
    read_slip_lines,
    refuse_twice,
)
from kit.fields import FaultKind, Fields
from kit.step import Stamp

NOT_ON_THE_SLIP = FaultKind("not_on_the_slip", "is not on this slip")
MORE_SCRAPPED = FaultKind("more_scrapped", "is more than came back")


def _read_count(form: Fields, given: Given) -> ReturnSlip:
    on_slip = {line.material.code: line.material for line in given.subject.asked.lines}

    def read_line(one: Fields) -> LeftOver:
        code = one.plain("code")
        material = on_slip.get(code, Material(code, "", "", 3))
        if code not in on_slip:
            one.fault("code", NOT_ON_THE_SLIP if code else "required")
        quantity = read_quantity(one, "quantity", material.decimals, above=False)
        scrapped = Decimal(0)
        if one.given("scrapped"):
            scrapped = read_quantity(one, "scrapped", material.decimals, above=False)
        if scrapped > quantity:
            one.fault("scrapped", MORE_SCRAPPED)
        return LeftOver(material, rounded(quantity), rounded(scrapped))

    lines = form.items("materials", read_line, most=MOST_LINES)
    refuse_twice(form, [line.material for line in lines])
    reason_needed = any(line.scrapped for line in lines)
    return ReturnSlip(lines, form.text("note", longest=TEXT, needed=reason_needed))


def _read_note(form: Fields, _given: Given) -> SlipNote:
    return SlipNote(form.text("note", longest=TEXT, needed=False))


def _read_reason(form: Fields, _given: Given) -> SlipNote:
    return SlipNote(form.text("note", longest=TEXT))


def _read_correction(form: Fields, given: Given) -> SlipRequest:
    lines = read_slip_lines(form, given.context)
    note = form.text("note", longest=TEXT, needed=False)
    return replace(given.subject.asked, lines=lines, note=note)


def _sign(slip: MaterialSlip, _said: SlipNote, stamp: Stamp) -> MaterialSlip:
    return replace(slip, signed=stamp)


def _report(slip: MaterialSlip, _said: SlipNote, stamp: Stamp) -> MaterialSlip:
    return replace(slip, reported=stamp)


def _approve(slip: MaterialSlip, _said: SlipNote, stamp: Stamp) -> MaterialSlip:
    return replace(slip, approved=stamp)


def _issue(slip: MaterialSlip, _said: SlipNote, stamp: Stamp) -> MaterialSlip:
    return replace(slip, issued=stamp)


def _count(slip: MaterialSlip, said: ReturnSlip, stamp: Stamp) -> MaterialSlip:
    return replace(slip, left_over=said, counted=stamp, reason="")


def _close(slip: MaterialSlip, _said: SlipNote, stamp: Stamp) -> MaterialSlip:
    return replace(slip, closed=stamp)


def _refuse_count(slip: MaterialSlip, said: SlipNote, _stamp: Stamp) -> MaterialSlip:
    return replace(slip, left_over=None, counted=None, reason=said.note)


def _send_back(slip: MaterialSlip, said: SlipNote, _stamp: Stamp) -> MaterialSlip:
    # What was signed was this list; another list is signed anew.
    return replace(slip, signed=None, reported=None, approved=None, reason=said.note)


def _correct(slip: MaterialSlip, said: SlipRequest, _stamp: Stamp) -> MaterialSlip:
    return replace(slip, asked=said)


def _withdraw(slip: MaterialSlip, said: SlipNote, _stamp: Stamp) -> MaterialSlip:
    return replace(slip, reason=said.note)


_LINES = {"materials": [{"code": "FM-20", "quantity": "2"}]}

SIGN = SlipStep[SlipNote](
    "sign_slip", _read_note, _sign, "The manager signs the slip.", {"note": "同意"}
)
REPORT = SlipStep[SlipNote](
    "report_slip", _read_note, _report, "The materials clerk reports it to the company manager."
)
APPROVE = SlipStep[SlipNote](
    "approve_slip", _read_note, _approve, "The company manager approves and signs.",
    {"note": "同意"},
)  # fmt: skip
ISSUE = SlipStep[SlipNote](
    "issue_material", _read_note, _issue,
    "The materials department issues it out of the store; refused with what is short.",
)  # fmt: skip
COUNT = SlipStep[ReturnSlip](
    "count_return", _read_count, _count,
    "The clerk counts what is left over: the return slip, with what of it is scrap.",
    {"materials": [{"code": "FM-20", "quantity": "1", "scrapped": "0"}]},
)  # fmt: skip
CLOSE = SlipStep[SlipNote](
    "restock", _read_note, _close, "What came back goes into stock, and the slip is closed."
)
REFUSE_COUNT = SlipStep[SlipNote](
    "refuse_count", _read_reason, _refuse_count, "To be counted again, with the reason.",
    {"note": "退料单写2个，实到1个"},
)  # fmt: skip
SEND_BACK = SlipStep[SlipNote](
    "send_back_slip", _read_reason, _send_back, "Sent back to whoever asked, with the reason.",
    {"note": "型号不对"},
)  # fmt: skip
CORRECT = SlipStep[SlipRequest](
    "correct_slip", _read_correction, _correct, "Asked anew, with other lines.", _LINES
)
WITHDRAW = SlipStep[SlipNote](
    "withdraw_slip", _read_note, _withdraw, "Whoever asked no longer needs it."
)
