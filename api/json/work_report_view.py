"""What the JSON API shows of the technicians' report at the end of the work."""

from __future__ import annotations

from datetime import datetime

from api.json.views import View
from dispatch.repair.sheets import CheckedItem, MaterialSource


class MaterialUsedView(View):
    """Material used; the quantity is a number here, and an exact decimal in the record."""

    name: str
    quantity: float
    unit: str
    source: MaterialSource
    code: str
    van_of: str


class WorkReportView(View):
    """What the technicians reported at the end."""

    materials: tuple[MaterialUsedView, ...]
    extra_help: str
    note: str
    at: datetime
    checks: tuple[CheckedItem, ...]
