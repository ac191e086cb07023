"""Offices, equipment and measuring points take the place of sensors.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

EQUIPMENT = {
    "zone": ("zone", "出水", "Outlet"),
    "inlet": ("inlet", "进水", "Inlet"),
    "tank": ("tank", "水箱", "Tank"),
    "p1": ("pump", "1号泵", "Pump 1"),
}
"""What stood in every station while nobody had entered it: kind, name, English name."""

BELONGS_TO = {
    "pressure": "zone", "flow": "zone",
    "inlet_pressure": "inlet", "water_temperature": "inlet",
    "level": "tank",
}  # fmt: skip
"""The equipment of each metric; the others are the pump's."""


def upgrade() -> None:
    _tables()
    for table in ("place", "station"):
        column = sa.Column("office_id", sa.String(length=32), nullable=False, server_default="")
        op.add_column(table, column)
    _sensors_become_points()
    op.drop_table("sensor")


def _tables() -> None:
    op.create_table(
        "service_office",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_office")),
    )
    op.create_table(
        "equipment",
        sa.Column("station_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_equipment_station_id_station")
        ),
        sa.PrimaryKeyConstraint("station_id", "id", name=op.f("pk_equipment")),
    )
    op.create_table(
        "measuring_point",
        sa.Column("station_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("equipment_id", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.String(length=32), nullable=False),
        sa.Column("phase", sa.String(length=8), nullable=False),
        sa.Column("position", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("scale", sa.Float(), nullable=False),
        sa.Column("offset", sa.Float(), nullable=False),
        sa.Column("lowest", sa.Float(), nullable=True),
        sa.Column("highest", sa.Float(), nullable=True),
        sa.Column("decimals", sa.Integer(), nullable=True),
        sa.Column("roll_over", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["station_id", "equipment_id"],
            ["equipment.station_id", "equipment.id"],
            name=op.f("fk_measuring_point_equipment"),
        ),
        sa.PrimaryKeyConstraint("station_id", "key", name=op.f("pk_measuring_point")),
    )


def _sensors_become_points() -> None:
    """Give every station the equipment that its sensors belong to, and a point for each of them."""
    names = ("station_id", "metric", "place")
    sensor = sa.table("sensor", *(sa.column(name) for name in names))
    rows = op.get_bind().execute(sa.select(sensor).order_by(*names[::2])).all()
    of_station: dict[str, list[str]] = {}
    for station_id, metric, _ in rows:
        of_station.setdefault(station_id, []).append(metric)
    equipment, points = [], []
    for station_id, metrics in of_station.items():
        here = list(dict.fromkeys(BELONGS_TO.get(metric, "p1") for metric in metrics))
        equipment += [_equipment(station_id, place, one) for place, one in enumerate(here)]
        # Points stand in the order of their equipment.
        ordered = sorted(metrics, key=lambda metric: here.index(BELONGS_TO.get(metric, "p1")))
        points += [_point(station_id, place, metric) for place, metric in enumerate(ordered)]
    for name, found in (("equipment", equipment), ("measuring_point", points)):
        if found:
            op.bulk_insert(sa.table(name, *(sa.column(column) for column in found[0])), found)


def _equipment(station_id: str, place: int, ident: str) -> dict[str, Any]:
    kind, name, name_en = EQUIPMENT[ident]
    return {
        "station_id": station_id, "id": ident, "place": place,
        "kind": kind, "name": name, "name_en": name_en,
    }  # fmt: skip


def _point(station_id: str, place: int, metric: str) -> dict[str, Any]:
    return {
        "station_id": station_id, "key": metric, "place": place,
        "equipment_id": BELONGS_TO.get(metric, "p1"), "quantity": metric,
        "phase": "", "position": "", "unit": "", "scale": 1.0, "offset": 0.0,
    }  # fmt: skip
