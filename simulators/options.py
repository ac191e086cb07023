"""Command-line options that the simulators share, and their stop by signal."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

import click

from simulators.link.mqtt_link import Broker

Command = Callable[..., Any]
BROKER_KEYS = ("mqtt_host", "mqtt_port", "protocol", "username", "password")


def broker_options(command: Command) -> Command:
    """Add where the broker is; the command gets ``mqtt_host``, ``mqtt_port``, and so on."""
    for option in reversed(
        (
            click.option("--mqtt-host", default="127.0.0.1", show_default=True),
            click.option("--mqtt-port", default=1883, show_default=True, type=int),
            click.option(
                "--protocol", type=click.Choice(["5", "311"]), default="5", show_default=True
            ),
            click.option(
                "--username", help="MQTT user; default: the station, if a password is set."
            ),
            click.option(
                "--password",
                envvar="SANLAI_SIM_MQTT_PASSWORD",
                help="MQTT password; better by the variable SANLAI_SIM_MQTT_PASSWORD.",
            ),
        )
    ):
        command = option(command)
    return command


def broker_for(
    station: str,
    *,
    mqtt_host: str,
    mqtt_port: int,
    protocol: str,
    username: str | None,
    password: str | None,
) -> Broker:
    """Return the broker of these options; a password without a user belongs to the station."""
    if username is None and password is not None:
        username = station
    return Broker(mqtt_host, mqtt_port, protocol, username, password)


def log_to_stderr() -> None:
    """Write the simulators' own log to standard error."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    # During a burst EPANET warns every second that the far end of town is dry, as it should be.
    logging.getLogger("wntr.epanet.toolkit").setLevel(logging.ERROR)


class SignalStop:
    """A request to end: polled, never waited for.

    Only a flag: a signal may interrupt the handler of another one, and the thread would then wait
    for the lock of a ``threading.Event`` that it holds itself.
    """

    def __init__(self) -> None:
        self._asked = False

    def is_set(self) -> bool:
        """Whether the end was asked for."""
        return self._asked

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Ask for the end; a signal's handler."""
        self._asked = True


def stop_on_signal() -> SignalStop:
    """Return what SIGTERM and SIGINT ask to end."""
    stop = SignalStop()
    signal.signal(signal.SIGTERM, stop.on_signal)
    signal.signal(signal.SIGINT, stop.on_signal)
    return stop
