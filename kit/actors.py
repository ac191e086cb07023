"""Who acts: posts of the company, and the actor that every command names. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Post(StrEnum):
    """The posts of the company, the customer, and the program itself.

    From 003 篇5 (R-15, R-22, R-25, R-27) and 000 (R-36).
    """

    RECEPTIONIST = "receptionist"  # 三来接待员
    MANAGER = "manager"  # 主管经理
    TEAM_LEADER = "team_leader"  # 维修队长
    TECHNICIAN = "technician"  # 维修人员
    DIRECTOR = "director"  # 维修处长
    OPERATOR = "operator"  # 运转工
    INSPECTOR = "inspector"  # 检查员: inspects stations and repairs
    COMPANY_MANAGER = "company_manager"  # 公司主管经理: approves material slips
    MATERIALS_CLERK = "materials_clerk"  # 材料员
    MATERIALS_DEPARTMENT = "materials_department"  # 物资管理部
    COMPLAINTS_OFFICER = "complaints_officer"  # 投诉受理员
    ADMIN = "admin"  # 系统管理员
    CUSTOMER = "customer"  # 用户: never logs in, comes by the link of one ticket
    SYSTEM = "system"  # the program: timers and the bridge


STAFF_POSTS = (
    Post.RECEPTIONIST,
    Post.MANAGER,
    Post.TEAM_LEADER,
    Post.TECHNICIAN,
    Post.DIRECTOR,
    Post.OPERATOR,
    Post.INSPECTOR,
    Post.COMPANY_MANAGER,
    Post.MATERIALS_CLERK,
    Post.MATERIALS_DEPARTMENT,
    Post.COMPLAINTS_OFFICER,
    Post.ADMIN,
)
"""The posts that can log in."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gives a command: the id and name that are signed into the record, and the post."""

    id: str
    name: str
    post: Post


SYSTEM = Actor(id="system", name="Sanlai", post=Post.SYSTEM)


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active member of staff, with the posts that they hold."""

    id: str
    name: str
    posts: tuple[Post, ...]
