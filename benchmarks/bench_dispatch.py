"""How fast the office's screens answer when the register is large, over HTTP.

For each size and database the tables are filled with tickets of the program's own rows, and every
question is asked in turn by one person who is logged in. Medians and tails are printed in ms.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx
from sqlalchemy import text

from api.access.guard import COOKIE
from api.operations.migrate import upgrade
from benchmarks.many_tickets import fill
from kit.db import Database
from tests.api.company import Company, open_company
from tests.postgres_server import postgres_server

OPEN = 5_000
WARM_UP = 2


def questions(company: Company) -> dict[str, tuple[str, str]]:
    """Return what is asked, by its name: the person, and the address."""
    one = company.as_("chen").get("/tickets", open_only=True, page_size=1).json()["rows"][0]
    number = one["number"]
    return {
        "board (open), page": ("chen", "/tickets?only=open"),
        "all tickets, page": ("chen", "/tickets?only=all"),
        "board (open), JSON": ("chen", "/api/v1/tickets?open_only=true"),
        "overdue, page": ("chen", "/tickets?only=overdue"),
        "register, page": ("ma", "/register"),
        "register, page 100": ("ma", "/register?page=100"),
        "register, page 500": ("ma", "/register?page=500"),
        "register of calls": ("ma", "/register?channel=call"),
        "console": ("sun", "/console"),
        "one ticket": ("chen", f"/tickets/{one['id']}"),
        "search, number": ("chen", f"/tickets?q={number}"),
        "search, 湖西街": ("chen", "/tickets?q=湖西街"),
        "search, 湖西街18号翠竹": ("chen", "/tickets?q=湖西街18号翠竹"),
        "search, nothing found": ("chen", "/tickets?q=没有这条路"),
        "archive": ("zhao", "/archive"),
    }


def measure(company: Company, times: int) -> dict[str, list[float]]:
    """Ask every question; return how long each answer took, in ms."""
    found: dict[str, list[float]] = {}
    for name, (login, path) in questions(company).items():
        cookies = {COOKIE: company.token_of(login)}
        with httpx.Client(base_url=company.url, cookies=cookies, timeout=600) as client:
            took = []
            for n in range(times + WARM_UP):
                start = time.perf_counter()
                answer = client.get(path)
                if answer.status_code != httpx.codes.OK:
                    raise click.ClickException(f"{path}: {answer.status_code}")
                if n >= WARM_UP:
                    took.append((time.perf_counter() - start) * 1000)
                if sum(took) > 20_000:
                    break  # the point is made
            found[name] = took
    return found


def report(title: str, found: dict[str, list[float]]) -> None:
    """Print p50, p95 and p99 of each question."""
    click.echo(f"\n{title:34}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'asked':>7}")
    for name, took in found.items():
        cuts = statistics.quantiles(took, n=100) if len(took) > 1 else took * 99
        click.echo(f"{name:34}{cuts[49]:9.1f}{cuts[94]:9.1f}{cuts[98]:9.1f}{len(took):7}")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database of this kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bench.db"
        return
    with postgres_server() as url:
        yield url


@click.command()
@click.option("--tickets", default="10000,100000,1000000", help="Sizes, with commas.")
@click.option("--on", default="sqlite,postgresql", help="Databases, with commas.")
@click.option("--times", default=40, help="How often each question is asked.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the files are kept.")
def main(tickets: str, on: str, times: int, folder: Path | None) -> None:
    """Measure the office's screens at each size on each database."""
    for kind in on.split(","):
        for size in map(int, tickets.split(",")):
            with tempfile.TemporaryDirectory(dir=folder) as made, database(kind, Path(made)) as url:
                db = Database(url)
                upgrade(db)
                db.close()
                with open_company(Path(made), url) as company:
                    fill(company, size, min(OPEN, size // 2))
                    with company.parts.db.write() as session:
                        session.execute(text("ANALYZE"))
                    report(f"{kind}, {size:,} tickets", measure(company, times))


if __name__ == "__main__":
    main()
