"""Tables of the top floor: who may log in, who is logged in, and who tried in vain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, BigInt, UtcDateTime

HASH_LENGTH = 64
"""A SHA-256 digest in hexadecimal."""


class UserRow(Base):
    """One account: one person at one post; ``user`` itself is a reserved word of SQL."""

    __tablename__ = "user_account"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    post: Mapped[str] = mapped_column("role", String(20), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """One log-in that has not ended; the token itself is only in the browser."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(120))


class LoginAttemptRow(Base):
    """One try at a password that has not been right; ``who`` is a digest, as people mistype.

    A password typed into the field of the log-in name would otherwise stand here for all to read.
    """

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "who", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    who: Mapped[str] = mapped_column(String(HASH_LENGTH))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
