"""The lists that a scenario says it goes by: the catalogue of materials, the fee standard."""

from __future__ import annotations

from typing import Any

from dispatch.fees.fee_standard import FeeItem
from dispatch.fees.fee_store import enter_fees
from dispatch.materials.catalogue import Material
from dispatch.materials.material_store import enter_materials
from tests.api.company import Company


def enter_lists(company: Company, scenario: dict[str, Any]) -> None:
    """Enter the catalogue of materials and the fee standard that the scenario goes by."""
    materials = [
        Material(one["材料编号"], one["材料"], one["单位"], one.get("小数位", 0))
        for one in scenario.get("材料目录", ())
    ]
    fees = [
        FeeItem(one["收费编号"], one["项目"], one["单位"], one["单价（元）"] * 100, one["起用"])
        for one in scenario.get("收费标准", ())
    ]
    with company.parts.db.write() as session:
        enter_materials(session, materials, [])
        enter_fees(session, fees)


def look_at_stock(company: Company, step: dict[str, Any]) -> None:
    """Check what the store holds, where a step says it."""
    if "库存" in step:
        rows = company.as_("chu").get("/materials").json()
        wanted = {one["材料编号"]: one["数量"] for one in step.pop("库存")}
        assert {row["code"]: row["in_store"] for row in rows} == wanted
