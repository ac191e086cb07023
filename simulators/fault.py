"""Make something go wrong at a simulated station: ``python -m simulators.fault pump-01 burst``."""

from __future__ import annotations

import json
import threading
from typing import Any

import click
import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from simulators.mqtt_link import Broker, new_client
from simulators.options import broker_for, broker_options
from simulators.protocol import fault_topic

FAULTS = ("burst", "worn_pump", "phase_loss", "frozen_sensor", "silent", "clear")


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


@click.command()
@click.argument("station")
@click.argument("fault", type=click.Choice(FAULTS))
@broker_options
def fault_command(station: str, fault: str, **broker: Any) -> None:
    """Have a simulated STATION suffer FAULT, beside those it has; clear ends them all."""
    try:
        publish_fault(broker_for("", **broker), station, fault)
    except OSError as failure:
        where = f"{broker['mqtt_host']}:{broker['mqtt_port']}"
        raise click.ClickException(f"the broker at {where} can't be reached: {failure}") from None
    click.echo(f"{station}: {fault}")


if __name__ == "__main__":
    fault_command()
