"""Who can do what to a customer's ticket after each step of the chain, written by hand.

It is drawn from the rules (R-01, R-03, R-11, R-14 to R-16, R-20) and not from the table of the
workflow, so that the two can be compared.
"""

from __future__ import annotations

FACILITY = "correct_facility"
"""The crew on site corrects whose facility it is; their superiors until they have signed."""
OFFICE = {
    "receptionist": ("withdraw", "classify"),
    "manager": (FACILITY, "withdraw", "classify"),
}
HEADS = {
    "receptionist": ("classify",),
    "manager": (FACILITY, "classify"),
    "leader": ("assign", FACILITY),
}

AFTER: dict[str, dict[str, tuple[str, ...]]] = {
    "log": {
        "receptionist": ("withdraw", "classify"),
        "manager": ("issue", FACILITY, "withdraw", "classify"),
        "leader": (FACILITY,),
    },
    "issue": {**OFFICE, "leader": ("assign", FACILITY)},
    "assign": {**OFFICE, "leader": ("assign", FACILITY), "technician": ("depart",)},
    "depart": {**OFFICE, "leader": ("assign", FACILITY), "technician": ("arrive",)},
    # Once somebody is there, the matter is not withdrawn but declined, and no work without a fee.
    "arrive": {
        **HEADS,
        "technician": ("quote_fee", "decline", FACILITY),
        "customer": ("decline",),
    },
    "quote_fee": {
        **HEADS,
        "technician": ("quote_fee", "consent", "decline", FACILITY),
        "customer": ("consent", "decline"),
    },
    "consent": {
        **HEADS,
        "technician": ("quote_fee", "decline", "start_work", FACILITY),
        "customer": ("decline",),
    },
    # A fee can still change; the work is not done before the water has been let through.
    "start_work": {**HEADS, "technician": ("quote_fee", "report_flow_test", FACILITY)},
    "report_flow_test": {
        **HEADS,
        "technician": ("quote_fee", "report_flow_test", "finish_work", FACILITY),
    },
    "finish_work": {
        "receptionist": ("classify",),
        "manager": (FACILITY, "classify"),
        "leader": (FACILITY, "send_back"),
        "technician": ("customer_sign",),
        "customer": ("customer_sign",),
    },
    "customer_sign": {"manager": (FACILITY,), "leader": ("leader_sign", FACILITY, "send_back")},
    "leader_sign": {"director": ("director_sign", "send_back")},
    "director_sign": {"receptionist": ("archive",)},
    "archive": {},
}
"""The last step, who, and what they can do then; whoever is not named can do nothing."""
