"""docker-compose.yml is whole, names real settings and commands, and holds no secret."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from api.parts.settings import Settings, load_settings, unknown_variables, variable
from tests.deployment.compose import (
    COMPOSE_FILE,
    DEPLOY,
    ROOT,
    environment,
    interpolate,
    load_compose,
    our_services,
    read_env_file,
    variables_of_compose,
)

COMPOSE = load_compose()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = our_services(COMPOSE)
SCHEMA = json.loads((Path(__file__).parent / "compose.schema.json").read_text(encoding="utf-8"))


def test_the_compose_file_has_the_form_of_the_specification() -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(COMPOSE)


def test_the_schema_refuses_a_key_that_compose_does_not_know() -> None:
    wrong = json.loads(json.dumps(COMPOSE))
    wrong["services"]["web"]["enviroment"] = {}
    with pytest.raises(jsonschema.ValidationError, match="enviroment"):
        jsonschema.Draft202012Validator(SCHEMA).validate(wrong)


def test_every_part_of_the_deployment_is_there() -> None:
    neighbours = {"mosquitto-init", "mosquitto", "influxdb", "postgres", "grafana"}
    assert SERVICES.keys() == neighbours | {"migrate", "web", "worker"}
    assert OURS.keys() == {"migrate", "web", "worker"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_image_is_pinned_to_a_whole_version(name: str) -> None:
    assert re.fullmatch(r"[a-z/-]+:\d+\.\d+(\.\d+)?", SERVICES[name]["image"])


def test_the_images_of_the_dockerfile_are_pinned_too() -> None:
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert images
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-bookworm", image) for image in images)


def test_our_image_has_the_version_of_the_program() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert {service["image"] for service in OURS.values()} == {f"sanlai:{version[1]}"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_setting_of_our_services_is_one_of_the_program_and_valid(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = environment(OURS[name])
    assert settings.keys() == {key for key in settings if key.startswith("SANLAI_")}
    assert unknown_variables(settings) == []
    for key, value in settings.items():
        if key.endswith("_FILE"):
            secret = tmp_path / Path(value).name
            secret.write_text("s" * 64)
            value = str(secret)
        monkeypatch.setenv(key, value)
    loaded = load_settings()
    assert loaded.store == "influx"
    assert loaded.effective_database_url == (
        "postgresql+psycopg://sanlai:" + "s" * 64 + "@postgres/sanlai"
    )


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_of_our_services_is_one_of_the_program(name: str) -> None:
    from api.cli import commands

    program, *words = OURS[name]["command"]
    assert program == "sanlai"
    command: click.Command = commands
    while words and not words[0].startswith("-"):
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None
        command = found
    options = {text for option in command.params for text in option.opts}
    assert {word for word in words if word.startswith("-")} <= options


def test_web_and_worker_share_what_both_must_agree_on() -> None:
    web, worker = environment(OURS["web"]), environment(OURS["worker"])
    for name in ("SANLAI_DATABASE_URL", "SANLAI_SECRET_FILE", "SANLAI_INFLUX_BUCKET"):
        assert web[name] == worker[name]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_secret_comes_from_a_file_of_the_service_s_own(name: str) -> None:
    service = SERVICES[name]
    declared = set(service.get("secrets", []))
    assert declared <= COMPOSE["secrets"].keys()
    text = json.dumps(service)
    used = set(re.findall(r"/run/secrets/([a-z_]+)", text))
    if name == "mosquitto-init":
        used |= set(re.findall(r"/run/secrets/(\w+)", _text("mosquitto/install-auth.sh")))
    if name == "grafana":
        datasource = _text("grafana/provisioning/datasources/influxdb.yml")
        used |= set(re.findall(r"/run/secrets/(\w+)", datasource))
    if "SANLAI_STORE" in service.get("environment", {}):
        assert used <= declared
    else:
        assert used == declared


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_password_or_token_stands_in_the_file(name: str) -> None:
    for key, value in environment(SERVICES[name]).items():
        if re.search(r"PASSWORD|TOKEN|SECRET", key):
            assert value.startswith("/run/secrets/"), key
        assert not re.search(r"://[^/@]*:[^/@]+@", value), key


def test_secrets_are_kept_out_of_the_repository_and_out_of_the_image() -> None:
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./deploy/secrets/")
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert "*" in rules
    assert "deploy" not in kept
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {name for line in copied for name in line.split()} == kept


def test_every_file_that_is_mounted_is_in_the_repository() -> None:
    mounts = [m.split(":")[0] for s in SERVICES.values() for m in s.get("volumes", [])]
    files = [mount for mount in mounts if mount.startswith("./")]
    assert len(files) >= 6
    assert [name for name in files if not (ROOT / name).exists()] == []
    assert {mount for mount in mounts if mount not in files} == COMPOSE["volumes"].keys()


def test_whatever_is_waited_for_can_come_true() -> None:
    for name, service in SERVICES.items():
        for other, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], (name, other)
            else:
                assert SERVICES[other].get("restart", "no") == "no", (name, other)


def test_the_databases_can_not_be_reached_from_outside() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("influxdb", "postgres"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]


def test_nothing_listens_on_a_public_address_unless_the_company_says_so() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_our_processes_run_without_root_and_on_a_read_only_disk() -> None:
    assert re.search(r"^USER sanlai$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "user" not in service


def test_the_example_of_settings_lists_every_variable_with_its_default() -> None:
    example = read_env_file(DEPLOY / "env.example")
    assert example == variables_of_compose()


def test_a_company_s_own_settings_reach_the_processes() -> None:
    own = load_compose({"SANLAI_COMPANY_NAME": "城东水务", "HTTP_LISTEN": "0.0.0.0:80"})
    assert environment(own["services"]["web"])["SANLAI_COMPANY_NAME"] == "城东水务"
    assert own["services"]["web"]["ports"] == ["0.0.0.0:80:8000"]


def test_a_dollar_that_compose_would_misread_is_refused() -> None:
    with pytest.raises(ValueError, match="write"):
        interpolate(["$HOME"], {})


def test_defaults_of_the_compose_file_are_those_of_the_program_where_it_does_not_say_why() -> None:
    meant = {"spool_max_mb", "public_url"}  # a server's disk is larger; its address is known
    loaded = Settings.model_fields
    for name, default in variables_of_compose().items():
        field = name.removeprefix("SANLAI_").lower()
        if field in loaded and field not in meant:
            given = str(loaded[field].default).lower()
            same = given == default.lower() or float(given) == float(default)
            assert same, variable(field)


def test_the_file_is_the_only_compose_file() -> None:
    assert [path.name for path in ROOT.glob("*compose*.y*ml")] == [COMPOSE_FILE.name]
    assert yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))["name"] == "sanlai"


def _text(path: str) -> str:
    return (DEPLOY / path).read_text(encoding="utf-8")
