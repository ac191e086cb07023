"""Commands that play the field: replay recordings, simulate stations, make faults.

The simulators are programs of their own that speak MQTT as a station would; these commands
start them with the broker of the settings, or of the demo that is running here.
"""

from __future__ import annotations

import os
import sys

import click

from api.demo.folder import running
from api.parts.settings import Settings, load_settings

_PASS_ON = {"ignore_unknown_options": True, "help_option_names": []}


@click.command(context_settings=_PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def replay(arguments: tuple[str, ...]) -> None:
    """Publish recordings as a station would: sanlai replay FILE-or-DIR [--speed N]."""
    _become("simulators.replay", arguments)


@click.command(context_settings=_PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def simulate(arguments: tuple[str, ...]) -> None:
    """Run simulated stations: sanlai simulate --stations pump-05,pump-06:direct, or --town."""
    _become("simulators.fleet", arguments)


@click.command(context_settings=_PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def fault(arguments: tuple[str, ...]) -> None:
    """Make a simulated station fail: sanlai fault STATION KIND; without KIND: list the kinds."""
    _become("simulators.fault", arguments)


def _become(module: str, arguments: tuple[str, ...]) -> None:
    """Turn this process into the simulator, so that signals and the exit code are its own."""
    settings = load_settings()
    command = [sys.executable, "-m", module, *broker_arguments(settings), *arguments]
    environ = dict(os.environ)
    if settings.mqtt_password is not None:
        environ["SANLAI_SIM_MQTT_PASSWORD"] = settings.mqtt_password.get_secret_value()
    sys.stdout.flush()
    os.execve(sys.executable, command, environ)  # noqa: S606 - no shell: arguments stay arguments


def broker_arguments(settings: Settings) -> list[str]:
    """Return where the broker is: that of the demo running on this folder, else the settings'."""
    demo = running(settings.data_dir)
    if demo is not None:
        where = (demo.mqtt_host, str(demo.mqtt_port), demo.mqtt_protocol)
    else:
        where = (settings.mqtt_host, str(settings.mqtt_port), settings.mqtt_protocol)
    arguments = ["--mqtt-host", where[0], "--mqtt-port", where[1], "--protocol", where[2]]
    if demo is None and settings.mqtt_username is not None:
        arguments += ["--username", settings.mqtt_username]
    return arguments
