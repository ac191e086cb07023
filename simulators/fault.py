"""Make something go wrong at a simulated station: ``python -m simulators.fault pump-01 burst``."""

from __future__ import annotations

import json
import threading
from typing import Any

import click
import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from simulators.link.mqtt_link import Broker, new_client
from simulators.link.protocol import fault_topic
from simulators.options import broker_for, broker_options
from simulators.town.defects import CLEAR, DefectBook, possible
from simulators.town.makes import MAKES

PLAIN_FAULTS = {
    "burst": ("爆管", "the main behind the station bursts"),
    "worn_pump": ("叶轮磨损", "worn impellers: less head for more power"),
    "phase_loss": ("电机缺相", "one phase is lost: more current, less voltage"),
    "frozen_sensor": ("压力信号冻结", "the pressure sensor repeats its value"),
    "silent": ("站点失联", "the station is dead and keeps nothing"),
}
"""The faults of a station that sends one pump's readings: kind, and its name in both languages."""


def publish_fault(broker: Broker, station: str, fault: str, deadline_s: float = 10.0) -> None:
    """Publish the command; raise ``ConnectionError`` if the broker did not take it in time."""
    client = new_client(broker, "")
    answered = threading.Event()
    refused: list[str] = []

    def on_connect(
        _client: mqtt.Client,
        _userdata: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            refused.append(str(reason))
        answered.set()

    client.on_connect = on_connect
    try:
        client.connect(broker.host, broker.port)
        client.loop_start()
        if not answered.wait(deadline_s) or refused:
            raise ConnectionError(refused[0] if refused else "no answer from the broker")
        sent = client.publish(fault_topic(station), json.dumps({"fault": fault}), qos=1)
        sent.wait_for_publish(deadline_s)
        if not sent.is_published():
            raise ConnectionError("the broker did not acknowledge the command")
    finally:
        client.drop_out_messages()
        client.disconnect()
        client.loop_stop()


def known_faults(station: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return kind, Chinese and English name, and equipment of the faults a station can have."""
    if station in MAKES:
        return [(one.kind, one.zh, one.en, names) for one, names in possible(MAKES[station])]
    return [(kind, zh, en, ()) for kind, (zh, en) in PLAIN_FAULTS.items()]


def list_faults(station: str) -> None:
    """Print the faults that a station can have, one per line, in both languages."""
    for kind, zh, en, names in known_faults(station):
        where = f"  @{' @'.join(names)}" if len(names) > 1 else ""
        click.echo(f"{kind:<20} {zh}  {en}{where}")
    click.echo(f"{CLEAR:<20} 全部恢复  end all faults")


def check_fault(station: str, fault: str, ends: bool) -> str:
    """Return the command for the station; raise ``click.BadParameter`` if it can't have it."""
    command = f"{CLEAR}:{fault}" if ends else fault
    known = command in (*PLAIN_FAULTS, CLEAR)
    if station in MAKES:
        known = DefectBook(MAKES[station]).takes(command)
    if not known:
        kinds = ", ".join(kind for kind, *_ in known_faults(station))
        message = f"{station} can't have {command!r}; choose from {kinds}, {CLEAR}"
        raise click.BadParameter(message)
    return command


@click.command()
@click.argument("station")
@click.argument("fault", required=False)
@click.option("--end", is_flag=True, help="End this fault and leave the others.")
@broker_options
def fault_command(station: str, fault: str | None, end: bool, **broker: Any) -> None:
    """Start FAULT at a simulated STATION, in addition to those it has; clear ends them all.

    Without FAULT the station's faults are listed. FAULT may name the equipment: pump_trip@p2.
    """
    if fault is None:
        list_faults(station)
        return
    command = check_fault(station, fault, end)
    try:
        publish_fault(broker_for("", **broker), station, command)
    except OSError as failure:
        where = f"{broker['mqtt_host']}:{broker['mqtt_port']}"
        raise click.ClickException(f"the broker at {where} can't be reached: {failure}") from None
    click.echo(f"{station}: {command}")


if __name__ == "__main__":
    fault_command()
