"""The tables of the knowledge base. Rows are only ever added."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.knowledge.entry import SOURCE, TITLE
from kit.db import Base, UtcDateTime
from kit.event_table import ID_LENGTH


class KnowledgeVersionRow(Base):
    """One version of an entry; ``folded`` is what a search compares."""

    __tablename__ = "knowledge_version"
    __table_args__ = (UniqueConstraint("entry_id", "n"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    n: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(TITLE))
    body: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(SOURCE))
    since: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    by_name: Mapped[str] = mapped_column(String(80))
    by_post: Mapped[str] = mapped_column(String(20))
    folded: Mapped[str] = mapped_column(Text)


class KnowledgeGramRow(Base):
    """A part of a version's text by which it is found; ``search_grams`` says what a part is."""

    __tablename__ = "knowledge_gram"

    gram: Mapped[str] = mapped_column(String(4), primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("knowledge_version.id"), primary_key=True)


class KnowledgeUseRow(Base):
    """Somebody's word on whether an entry was the answer, and to which ticket, if there is one."""

    __tablename__ = "knowledge_use"
    __table_args__ = (UniqueConstraint("entry_id", "ticket_id", "by_id"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    n: Mapped[int] = mapped_column(Integer)
    ticket_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    helped: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    by_name: Mapped[str] = mapped_column(String(80))
