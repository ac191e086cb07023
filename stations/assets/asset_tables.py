"""Tables of what stands in the field: stations, their sensors, residential areas."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kit.db import Base, UtcDateTime


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
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sensors: Mapped[list[SensorRow]] = relationship(
        order_by="SensorRow.place", cascade="all, delete-orphan", lazy="selectin"
    )


class SensorRow(Base):
    """One sensor of a station, at its place in the station's list."""

    __tablename__ = "sensor"

    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), primary_key=True)
    metric: Mapped[str] = mapped_column(String(32), primary_key=True)
    place: Mapped[int]


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
