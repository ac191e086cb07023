"""What was measured, reported next to Telegraf's figures of the same run."""

from __future__ import annotations

from typing import NamedTuple

import click

from benchmarks.consumers import METRICS


class Figures(NamedTuple):
    """What one consumer needed; ``start_cpu_s`` is what it needs with nothing to drain."""

    name: str
    seconds: float
    cpu_s: float
    start_cpu_s: float
    peak_mb: float
    whole: bool


def report(figures: list[Figures], count: int) -> None:
    """Print the figures, and their ratios to Telegraf's."""
    fields = count * len(METRICS)
    peer = next((f for f in figures if f.name == "bench-telegraf"), None)
    click.echo(
        f"\n{'':16}{'messages/s':>12}{'fields/CPU s':>14}{'without start':>15}"
        f"{'peak MB':>9}{'CPU s':>8}{'of start':>10}  whole"
    )
    for f in figures:
        click.echo(
            f"{f.name:16}{count / f.seconds:12,.0f}{fields / f.cpu_s:14,.0f}"
            f"{fields / (f.cpu_s - f.start_cpu_s):15,.0f}{f.peak_mb:9,.0f}{f.cpu_s:8.2f}"
            f"{f.start_cpu_s:10.2f}  {'yes' if f.whole else 'NO'}"
        )
    for f in figures if peer else []:
        if f is not peer and peer is not None:
            price = peer.cpu_s / f.cpu_s
            running = (peer.cpu_s - peer.start_cpu_s) / (f.cpu_s - f.start_cpu_s)
            click.echo(
                f"{f.name} : telegraf = {peer.seconds / f.seconds:.2f} messages/s,"
                f" {price:.2f} fields/CPU s ({running:.2f} without start),"
                f" {f.peak_mb / peer.peak_mb:.1f} peak memory"
            )
