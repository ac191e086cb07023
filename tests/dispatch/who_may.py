"""Who can do what to a customer's ticket after each step of the chain, written by hand.

It is drawn from the rules (R-01, R-03, R-11, R-14 to R-16, R-20) and not from the table of the
workflow, so that the two can be compared.
"""

from __future__ import annotations

OFFICE_MAY_WITHDRAW = {"receptionist": ("withdraw",), "manager": ("withdraw",)}

AFTER: dict[str, dict[str, tuple[str, ...]]] = {
    "log": {"receptionist": ("withdraw",), "manager": ("issue", "withdraw")},
    "issue": {**OFFICE_MAY_WITHDRAW, "leader": ("assign",)},
    "assign": {**OFFICE_MAY_WITHDRAW, "leader": ("assign",), "technician": ("depart",)},
    "depart": {**OFFICE_MAY_WITHDRAW, "leader": ("assign",), "technician": ("arrive",)},
    # Once somebody is there, the matter is not withdrawn but declined, and no work without a fee.
    "arrive": {
        "leader": ("assign",),
        "technician": ("quote_fee", "decline"),
        "customer": ("decline",),
    },
    "quote_fee": {
        "leader": ("assign",),
        "technician": ("quote_fee", "consent", "decline"),
        "customer": ("consent", "decline"),
    },
    "consent": {
        "leader": ("assign",),
        "technician": ("quote_fee", "decline", "start_work"),
        "customer": ("decline",),
    },
    # A fee can still change; the work is not done before the water has been let through.
    "start_work": {"leader": ("assign",), "technician": ("quote_fee", "report_flow_test")},
    "report_flow_test": {
        "leader": ("assign",),
        "technician": ("quote_fee", "report_flow_test", "finish_work"),
    },
    "finish_work": {
        "leader": ("send_back",),
        "technician": ("customer_sign",),
        "customer": ("customer_sign",),
    },
    "customer_sign": {"leader": ("leader_sign", "send_back")},
    "leader_sign": {"director": ("director_sign", "send_back")},
    "director_sign": {"receptionist": ("archive",)},
    "archive": {},
}
"""The last step, who, and what they can do then; whoever is not named can do nothing."""
