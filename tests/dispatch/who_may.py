"""Who can do what to a customer's ticket after each step of the chain, written by hand.

It is drawn from the rules (R-01, R-03, R-11, R-12, R-14 to R-17, R-20) and not from the
table of the workflow, so that the two can be compared.
"""

from __future__ import annotations

FACILITY = "correct_facility"
"""The crew on site corrects whose facility it is; their superiors until they have signed."""
DELAYS = ("await_part", "no_access", "customer_defers")
STOPS = ("customer_absent", *DELAYS, "no_fault_found")
OFFICE = {
    "receptionist": ("classify", "customer_defers", "transfer", "withdraw"),
    "manager": (FACILITY, "classify", "transfer", "withdraw"),
    "customer": ("customer_defers",),
}
AT_SITE = {
    "receptionist": ("classify", "transfer"),
    "manager": (FACILITY, "classify", "transfer"),
}
# Whatever is the crew's to do, the leader can enter for them afterwards.
AFTER: dict[str, dict[str, tuple[str, ...]]] = {
    "log": {
        **OFFICE,
        "manager": ("issue", FACILITY, "classify", "transfer", "withdraw"),
        "leader": (FACILITY, "customer_defers", "transfer"),
    },
    "issue": {**OFFICE, "leader": ("assign", FACILITY, "customer_defers", "transfer")},
    "assign": {
        **OFFICE,
        "leader": ("assign", "depart", FACILITY, *DELAYS, "transfer"),
        "technician": ("depart", *DELAYS),
    },
    "depart": {
        **OFFICE,
        "leader": ("assign", "arrive", FACILITY, *DELAYS, "transfer"),
        "technician": ("arrive", *DELAYS),
    },
    # Once somebody is there, the matter is not withdrawn but declined, and no work without a fee.
    "arrive": {
        **AT_SITE,
        "leader": ("assign", "quote_fee", "decline", FACILITY, *STOPS, "transfer"),
        "technician": ("quote_fee", "decline", FACILITY, *STOPS),
        "customer": ("decline", "customer_defers"),
    },
    "quote_fee": {
        **AT_SITE,
        "leader": ("assign", "quote_fee", "consent", "decline", FACILITY, *STOPS, "transfer"),
        "technician": ("quote_fee", "consent", "decline", FACILITY, *STOPS),
        "customer": ("consent", "decline", "customer_defers"),
    },
    "consent": {
        **AT_SITE,
        "leader": ("assign", "quote_fee", "decline", "start_work", FACILITY, *STOPS, "transfer"),
        "technician": ("quote_fee", "decline", "start_work", FACILITY, *STOPS),
        "customer": ("decline", "customer_defers"),
    },
    # A fee can still change, and then be declined; the work is not done before the water has been
    # let through.
    "start_work": {
        **AT_SITE,
        "leader": (
            *("assign", "quote_fee", "decline", "classify_work", "report_flow_test"),
            *(FACILITY, *STOPS, "transfer"),
        ),
        "technician": (
            "quote_fee",
            "decline",
            "classify_work",
            "report_flow_test",
            FACILITY,
            *STOPS,
        ),
        "customer": ("decline", "customer_defers"),
    },
    "report_flow_test": {
        **AT_SITE,
        "leader": (
            *("assign", "quote_fee", "decline", "classify_work", "report_flow_test"),
            *("finish_work", FACILITY, *STOPS, "transfer"),
        ),
        "technician": (
            *("quote_fee", "decline", "classify_work", "report_flow_test", "finish_work"),
            *(FACILITY, *STOPS),
        ),
        "customer": ("decline", "customer_defers"),
    },
    "finish_work": {
        "receptionist": ("classify",),
        "manager": (FACILITY, "classify"),
        "leader": ("customer_sign", FACILITY, "record_unsigned", "send_back"),
        "technician": ("customer_sign", "record_unsigned"),
        "customer": ("customer_sign",),
    },
    "customer_sign": {"manager": (FACILITY,), "leader": ("leader_sign", FACILITY, "send_back")},
    "leader_sign": {"director": ("director_sign", "send_back")},
    "director_sign": {"receptionist": ("archive",)},
    "archive": {},
}
"""The last step, who, and what they can do then; whoever is not named can do nothing."""
