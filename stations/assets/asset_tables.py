"""Tables of what stands in the field: offices, residential areas, stations and their equipment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, Json, UtcDateTime


class ServiceOfficeRow(Base):
    """One service office; its territory as GeoJSON coordinates of a MultiPolygon, WGS-84."""

    __tablename__ = "service_office"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    lat: Mapped[float] = mapped_column(Float)
    lon: Mapped[float] = mapped_column(Float)
    territory: Mapped[Any] = mapped_column(Json)


class ResidentialAreaRow(Base):
    """A residential area that the company serves."""

    __tablename__ = "place"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    pinyin: Mapped[str] = mapped_column(String(80))
    zone: Mapped[str] = mapped_column(String(16))
    lat: Mapped[float] = mapped_column(Float)
    lon: Mapped[float] = mapped_column(Float)
    road_km: Mapped[float | None] = mapped_column(Float)
    office_id: Mapped[str] = mapped_column(String(32), server_default="")


class StationRow(Base):
    """One pump station."""

    __tablename__ = "station"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(16))
    lat: Mapped[float] = mapped_column(Float)
    lon: Mapped[float] = mapped_column(Float)
    road_km: Mapped[float] = mapped_column(Float)
    office_id: Mapped[str] = mapped_column(String(32), server_default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EquipmentRow(Base):
    """One piece of equipment, at its place in the station's list."""

    __tablename__ = "equipment"

    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))


class MeasuringPointRow(Base):
    """One measuring point, at its place in the station's list."""

    __tablename__ = "measuring_point"
    __table_args__ = (
        ForeignKeyConstraint(
            ["station_id", "equipment_id"],
            ["equipment.station_id", "equipment.id"],
            name="fk_measuring_point_equipment",
        ),
    )

    station_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    place: Mapped[int]
    equipment_id: Mapped[str] = mapped_column(String(32))
    quantity: Mapped[str] = mapped_column(String(32))
    phase: Mapped[str] = mapped_column(String(8))
    position: Mapped[str] = mapped_column(String(32))
    unit: Mapped[str] = mapped_column(String(32))
    scale: Mapped[float] = mapped_column(Float)
    offset: Mapped[float] = mapped_column(Float)
    lowest: Mapped[float | None] = mapped_column(Float)
    highest: Mapped[float | None] = mapped_column(Float)
    decimals: Mapped[int | None]
    roll_over: Mapped[float | None] = mapped_column(Float)
