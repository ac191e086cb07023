"""Tables of accounts, their posts, sessions, and failed log-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, BigInt, UtcDateTime

HASH_LENGTH = 64
"""A SHA-256 digest in hexadecimal."""
POST_LENGTH = 20


class UserRow(Base):
    """One account: one person; ``user`` itself is a reserved word of SQL."""

    __tablename__ = "user_account"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountPostRow(Base):
    """One post that a person holds; the one with the least ``n`` is where a log-in begins."""

    __tablename__ = "account_post"

    account_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    post: Mapped[str] = mapped_column(String(POST_LENGTH), primary_key=True, index=True)
    n: Mapped[int] = mapped_column(Integer)


class SessionRow(Base):
    """One log-in that has not ended, and the post it acts as; the token is only in the browser."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    post: Mapped[str] = mapped_column(String(POST_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(120))


class LoginAttemptRow(Base):
    """One try at a password that has not been right; ``who`` is a digest, as people mistype.

    A password typed into the field of the log-in name would otherwise be stored in plain text.
    """

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "who", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    who: Mapped[str] = mapped_column(String(HASH_LENGTH))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
