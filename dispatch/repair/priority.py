"""The order of service: by the written rules only, so that it can be explained (R-41). Pure."""

from __future__ import annotations

from dispatch.repair.matter import JobType
from dispatch.repair.ticket import Priority
from dispatch.rulebook import DispatchRules


def priority_of(job_type: JobType, *, vulnerable: bool, rules: DispatchRules) -> Priority:
    """Return the order of service with its reasons: bursts (R-18), vulnerable people (R-07)."""
    reasons = []
    if job_type is JobType.BURST:
        reasons.append(rules.priority_burst)
    if vulnerable:
        reasons.append(rules.priority_vulnerable)
    return Priority(sum(reason.value for reason in reasons), tuple(reasons))
