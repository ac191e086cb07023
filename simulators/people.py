"""Simulated callers and staff, who fill the demo with matters over the HTTP API.

``python -m simulators.people --url http://127.0.0.1:8000 --logins FILE`` tells the stories of
``stories.toml``. Every step carries a fixed Idempotency-Key and the same body each time, so a
second telling adds nothing.
"""

from __future__ import annotations

import json
import logging
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import click
import httpx

from simulators.options import log_to_stderr

log = logging.getLogger(__name__)

STORIES = Path(__file__).parent / "stories.toml"
API = "/api/v1"
RECEPTIONIST = "receptionist"

SIGNATURE = (
    ((20, 60), (45, 25), (60, 70), (85, 30), (100, 62)),
    ((110, 30), (135, 70), (160, 28), (150, 66), (185, 52)),
)
"""A name as a finger draws it: strokes of points, in pixels."""


class Refused(Exception):
    """The program refused; the message has its answer."""


class NoLogIn(Exception):
    """The log-in failed; the stories end there, as failed attempts are counted."""


class Voice(Protocol):
    """How a person of a story calls the program."""

    def get(self, path: str) -> Any:
        """Return what the program shows at this path of the API."""
        ...

    def do(self, path: str, body: Mapping[str, Any], key: str) -> Any:
        """Send a command under its Idempotency-Key, and return the answer."""
        ...


class Voices(Protocol):
    """Everybody's voice, by log-in."""

    def __getitem__(self, login: str) -> Voice: ...


class Person:
    """Somebody who is logged in, and does what their post may do."""

    def __init__(self, http: httpx.Client, login: str, password: str) -> None:
        self._http = http
        answer = http.post(f"{API}/session", json={"login": login, "password": password})
        if not answer.is_success:
            raise NoLogIn(f"log-in {login!r}: {answer.status_code} {answer.text}")
        http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        http.cookies.clear()  # a program uses its token, not a browser's cookie

    def get(self, path: str) -> Any:
        """Return what the program shows at this path."""
        return read(self._http.get(API + path))

    def do(self, path: str, body: Mapping[str, Any], key: str) -> Any:
        """Send a command under its Idempotency-Key, and return the answer."""
        headers = {"Idempotency-Key": key}
        return read(self._http.post(API + path, json=body, headers=headers))


def read(answer: httpx.Response) -> Any:
    """Return the JSON of an answer; raise ``Refused`` with its text if it is none of the 200s."""
    if not answer.is_success:
        request = answer.request
        raise Refused(f"{request.method} {request.url.path}: {answer.status_code} {answer.text}")
    return answer.json()


class Cast:
    """Everybody by log-in, each with an HTTP client, and so a log-in, of their own.

    A proxy set in the environment is not used for the demo on this machine.
    """

    def __init__(self, url: str, passwords: Mapping[str, str]) -> None:
        self._url, self._passwords = url, passwords
        self._people: dict[str, Person] = {}
        self._clients: list[httpx.Client] = []

    def __getitem__(self, login: str) -> Person:
        if login not in self._people:
            if login not in self._passwords:
                raise NoLogIn(f"there is no log-in {login!r} in the file of log-ins")
            client = httpx.Client(base_url=self._url, timeout=30.0, trust_env=False)
            self._clients.append(client)
            self._people[login] = Person(client, login, self._passwords[login])
        return self._people[login]

    def close(self) -> None:
        """End all connections."""
        for client in self._clients:
            client.close()


def read_stories(path: Path = STORIES) -> list[dict[str, Any]]:
    """Return the stories in their order."""
    stories: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["story"]
    return stories


def tell(story: Mapping[str, Any], cast: Voices) -> str:
    """Do one story through the API; return the ticket's id. Raises ``Refused``."""
    intake = {"data": story["intake"]}
    ticket = cast[RECEPTIONIST].do("/tickets", intake, f"story-{story['key']}-intake")
    ticket_id = str(ticket["id"])
    for number, step in enumerate(story.get("step", ()), start=1):
        data = dict(step.get("data", {}))
        if "crew" in step:
            data["technicians"] = list(crew(cast, step["crew"]))
        if step.get("signs"):
            data["strokes"] = SIGNATURE
            # The minute of arrival is the same however often the story is told.
            data["completed_at"] = arrival(cast[step["who"]], ticket_id)
        command = step["command"].replace("_", "-")
        key = f"story-{story['key']}-{number}-{command}"
        cast[step["who"]].do(f"/tickets/{ticket_id}/{command}", {"data": data}, key)
    return ticket_id


def crew(cast: Voices, logins: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the technicians with these log-ins as an assignment names them."""
    for login in logins:
        me = cast[login].get("/me")
        yield {"id": str(me["id"]), "name": str(me["name"])}


def arrival(person: Voice, ticket_id: str) -> str:
    """Return when the technicians arrived."""
    return str(person.get(f"/tickets/{ticket_id}")["arrived_at"])


def wait_for(url: str, deadline_s: float) -> None:
    """Return when the program answers; raise ``Refused`` after the deadline."""
    end = time.monotonic() + deadline_s
    while True:
        try:
            httpx.get(f"{url}/health/live", timeout=5.0, trust_env=False).raise_for_status()
        except httpx.HTTPError as fault:
            if time.monotonic() > end:
                raise Refused(f"{url} does not answer: {fault}") from fault
            time.sleep(0.25)
        else:
            return


@click.command()
@click.option("--url", default="http://127.0.0.1:8000", show_default=True)
@click.option(
    "--logins",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON: [{"login": …, "password": …}, …].',
)
@click.option("--wait", default=60.0, show_default=True, help="Seconds for the program to answer.")
def people_command(url: str, logins: Path, wait: float) -> None:
    """Tell the demo's stories through the API; a second telling adds nothing."""
    log_to_stderr()
    entries = json.loads(logins.read_text(encoding="utf-8"))
    cast = Cast(url, {entry["login"]: entry["password"] for entry in entries})
    failed = 0
    try:
        wait_for(url, wait)
        for story in read_stories():
            try:
                log.info("%s: ticket %s", story["key"], tell(story, cast))
            except Refused as refusal:
                failed += 1
                log.warning("%s: %s", story["key"], refusal)
    except (Refused, NoLogIn, httpx.HTTPError) as fault:
        raise click.ClickException(str(fault)) from None
    finally:
        cast.close()
    if failed:
        raise click.ClickException(f"{failed} stories could not be told to their end")


if __name__ == "__main__":
    people_command()
