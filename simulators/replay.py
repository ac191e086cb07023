"""Publish recordings of a real pump as a station would: ``python -m simulators.replay DIR``.

Ends when every row has its receipt. The file is the buffer: what is without a receipt is sent
again from it, so no state is kept on disk.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from simulators.link.mqtt_link import Link, Patience
from simulators.link.outbox import MemoryOutbox
from simulators.link.protocol import Message, encode
from simulators.options import SignalStop, broker_for, broker_options, log_to_stderr, stop_on_signal
from simulators.recordings import Recording, find_recordings, read_recording
from simulators.timing import Times, iso, parse_start, start_of

BETWEEN_FILES_MS = 10_000
"""Each file is a separate experiment; the next one follows after this time."""

EXIT_UNRECEIPTED, EXIT_FAULTS = 1, 3


@dataclass(frozen=True, slots=True)
class Due:
    """A message, and how many milliseconds after the replay's first row it is recorded."""

    after_ms: int
    message: Message


@dataclass(frozen=True, slots=True)
class ReplayOutcome:
    """How a replay ended: rows of the files, rows with a receipt, reasons of those refused."""

    rows: int
    receipted: int
    rejections: dict[str, int]
    interrupted: bool = False


def messages(
    recordings: Sequence[Recording], start_ms: int, *, original: bool = False
) -> Iterator[Due]:
    """Yield every row as the message it becomes, in order.

    Each file is a boot of its own, named by its content and the time that its rows begin at:
    the same replay twice is the same messages. With ``original`` the rows keep their times.
    """
    offset_ms = 0
    for recording in recordings:
        if not recording.rows:
            continue
        first_ms = recording.rows[0].t_ms
        base_ms = first_ms if original else start_ms + offset_ms
        boot = f"{recording.digest[:12]}-{base_ms:x}"
        for seq, row in enumerate(recording.rows, start=1):
            after_ms = row.t_ms - first_ms
            payload = encode(boot, seq, base_ms + after_ms, row.values)
            yield Due(offset_ms + after_ms, Message(boot, seq, payload))
        offset_ms += recording.duration_ms + BETWEEN_FILES_MS


def length_ms(recordings: Sequence[Recording]) -> int:
    """Return the time from the first row of the replay to its last."""
    lengths = [recording.duration_ms for recording in recordings if recording.rows]
    return sum(lengths) + BETWEEN_FILES_MS * max(0, len(lengths) - 1)


class Replay:
    """Feeds messages into a link at a speed, never more than ``window`` without a receipt."""

    def __init__(
        self, link: Link, due: Iterator[Due], rows: int, *, speed: float, window: int
    ) -> None:
        self.link, self.rows = link, rows
        self._due, self._speed, self._window = due, speed, window
        self._next = next(due, None)
        self._began: float | None = None

    @property
    def done(self) -> bool:
        """Whether every row has its receipt."""
        return self._next is None and self.link.unreceipted == 0

    def step(self, now: float) -> float:
        """Send what is due; return seconds until there may be more. ``now`` is monotonic."""
        if self._began is None:
            self._began = now
        wait = 1.0
        while self._next is not None and self.link.unreceipted < self._window:
            wait = self._lateness(self._next, now)
            if wait > 0.0:
                break
            self.link.offer(self._next.message, now)
            self._next = next(self._due, None)
            wait = 1.0
        self.link.pump(now)
        return min(wait, 1.0)

    def _lateness(self, due: Due, now: float) -> float:
        if self._speed == 0.0 or self._began is None:
            return 0.0
        return self._began + due.after_ms / 1000.0 / self._speed - now


def run(
    replay: Replay,
    *,
    give_up_s: float,
    stop: SignalStop,
    wake: threading.Event,
    report: Callable[[Link], None],
) -> ReplayOutcome:
    """Run to the end, to ``stop``, or until no receipt has come for ``give_up_s`` seconds."""
    link = replay.link
    link.start()
    try:
        receipted, moved_at = 0, time.monotonic()
        while not replay.done and not stop.is_set():
            now = time.monotonic()
            wait = replay.step(now)
            report(link)
            if link.counts.receipted != receipted or not link.unreceipted:
                receipted, moved_at = link.counts.receipted, now
            elif now - moved_at > give_up_s:
                break
            wake.wait(wait)
            wake.clear()
        report(link)
    finally:
        link.stop()
    return ReplayOutcome(
        replay.rows, link.counts.receipted, dict(link.rejections), interrupted=stop.is_set()
    )


class Bar:
    """A progress bar on standard error."""

    def __init__(self, rows: int) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f} rows"),
            TextColumn("{task.fields[rate]:.0f} rows/s, {task.fields[awaited]} receipts awaited"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task("replay", total=rows, rate=0.0, awaited=0)
        self._began, self._shown = time.monotonic(), 0.0

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, link: Link) -> None:
        """Show how far the link has come; ten times a second is enough."""
        now = time.monotonic()
        if now - self._shown < 0.1 and link.unreceipted:
            return
        self._shown = now
        spent = max(1e-3, now - self._began)
        done = link.counts.receipted
        self._progress.update(
            self._task, completed=done, rate=done / spent, awaited=link.unreceipted
        )


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--station", default="replay-1", show_default=True, help="The station's id.")
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Recorded seconds in a second; 0: as fast as receipts allow.",
)
@click.option(
    "--times",
    type=click.Choice([str(times) for times in Times]),
    default="auto",
    show_default=True,
    help="live: the first row is now; ending-now: the last one is; original: as recorded;"
    " auto: live at speed 1, else ending-now. Gaps within a file are kept.",
)
@click.option("--start", help="Time of the first row, ISO 8601; for sending the same again.")
@click.option("--window", default=2000, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--resend-after", default=30.0, show_default=True, type=click.FloatRange(0.1))
@click.option(
    "--give-up-after",
    default=300.0,
    show_default=True,
    type=click.FloatRange(1),
    help="Seconds without any receipt until the replay ends in failure.",
)
@broker_options
def replay_command(
    paths: tuple[Path, ...],
    station: str,
    speed: float,
    times: str,
    start: str | None,
    window: int,
    resend_after: float,
    give_up_after: float,
    **broker: Any,
) -> None:
    """Publish recordings, FILEs or all .csv files below DIRs, and wait for every receipt.

    Ends with 0 when all is receipted, 1 when receipts are missing, 3 when rows of the files
    could not be read or were not taken.
    """
    log_to_stderr()
    recordings = read_all(paths)
    start_ms = start_of(Times(times), parse_start(start), speed, length_ms(recordings))
    original = Times(times) is Times.ORIGINAL
    if not original:
        click.echo(f"the first row is sent as of {iso(start_ms)}", err=True)
    wake, patience = threading.Event(), Patience(window, resend_after)
    link = Link(
        station, broker_for(station, **broker), MemoryOutbox(window),
        patience=patience, wake=wake.set,
    )  # fmt: skip
    due = messages(recordings, start_ms, original=original)
    replay = Replay(link, due, rows_of(recordings), speed=speed, window=window)
    with Bar(replay.rows) as bar:
        outcome = run(
            replay, give_up_s=give_up_after, stop=stop_on_signal(), wake=wake, report=bar.show
        )
    faults = sum(len(recording.faults) for recording in recordings)
    conclude(outcome, link, iso(start_ms), faults=faults)


def read_all(paths: Sequence[Path]) -> list[Recording]:
    """Return the recordings; say what can't be read, and raise if there is no row at all."""
    recordings = [read_recording(path) for path in find_recordings(paths)]
    for recording in recordings:
        for fault in recording.faults:
            click.echo(fault, err=True)
    if rows_of(recordings) == 0:
        raise click.ClickException("there is no row to send")
    return recordings


def rows_of(recordings: Sequence[Recording]) -> int:
    """Return how many rows there are to send."""
    return sum(len(recording.rows) for recording in recordings)


def conclude(outcome: ReplayOutcome, link: Link, start: str, *, faults: int) -> None:
    """Say how it ended, on standard error, and exit with the code that says the same."""
    click.echo(f"{outcome.receipted} of {outcome.rows} rows have their receipt.", err=True)
    for reason, count in sorted(outcome.rejections.items()):
        click.echo(f"{count} of them were not taken: {reason}", err=True)
    missing = outcome.rows - outcome.receipted
    if missing:
        no_receipt = "connected, but no receipt came: is the ingest process running?"
        why = "stopped by a signal" if outcome.interrupted else (link.last_error or no_receipt)
        click.echo(f"{missing} rows are without one ({why}).", err=True)
        click.echo(f"Send the same again, doubling nothing, with --start {start}", err=True)
        raise SystemExit(EXIT_UNRECEIPTED)
    if faults or outcome.rejections:
        raise SystemExit(EXIT_FAULTS)


if __name__ == "__main__":
    replay_command()
