"""TLS on all systems: the right certificate works, a wrong host's and an expired one do not."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import fresh_project
from tests.e2e.inventory import inventory
from tests.e2e.stack_files import app_on, server_entries, three_apps


def config_of(entries: dict[str, Any], apps: dict[str, Any]) -> dict[str, Any]:
    """A stack file with these servers and apps."""
    return {
        "celeriac:servers": entries,
        "celeriac:apps": apps,
        "celeriac:forceDestroy": "true",
    }


@pytest.mark.shows("provisioned", "rabbitmq-tls", "redis-tls", "postgresql-tls")
def test_everything_over_tls(servers: dict[str, Any], word: str, tmp_path: Path) -> None:
    """Administration, the proof and the app's URLs are encrypted and verified on all systems."""
    project = fresh_project(
        tmp_path, config_of(server_entries(servers, tls=True), three_apps(word))
    )
    try:
        project.up()
        found = {
            name.removesuffix(f"-{word}"): app for name, app in project.outputs()["apps"].items()
        }
        assert found["orders"]["broker_url"].startswith("amqps://")
        assert "sslmode=verify-full" in found["orders"]["result_backend"]
        assert found["thumbs"]["broker_url"].startswith("rediss://")
        assert "ssl_cert_reqs=required" in found["thumbs"]["broker_url"]
        assert "BEGIN CERTIFICATE" in found["thumbs"]["ca"]
        assert project.up("--expect-no-changes").changed == {}
    finally:
        project.destroy()


@pytest.mark.parametrize("certificate", ["wrong_host", "expired"])
@pytest.mark.parametrize("system", ["rabbit", "cache", "results"])
def test_a_certificate_that_does_not_verify(
    servers: dict[str, Any], word: str, tmp_path: Path, system: str, certificate: str
) -> None:
    """`up` says that the certificate is the trouble; nothing is made on that server."""
    bad = servers["tls"][certificate]
    entries = copy.deepcopy(server_entries(servers, tls=True))
    entries[system] |= {
        "rabbit": {
            "url": f"amqps://{bad['host']}:{bad['amqps_port']}",
            "management": bad["management_tls"],
        },
        "cache": {"url": f"rediss://{bad['host']}:{bad['redis_tls_port']}/0"},
        "results": {"url": f"postgresql://{bad['host']}:{bad['postgresql_port']}"},
    }[system] | {"timeout": "3s"}
    apps = app_on(system, word)
    project = fresh_project(tmp_path, config_of(entries, apps))
    done = project.up(check=False)
    assert done.code != 0
    assert "certificate" in done.output
    assert "Traceback" not in done.output
    project.write(config_of(server_entries(servers, tls=True), apps))
    project.up()
    project.destroy()
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)


@pytest.mark.parametrize("certificate", ["wrong_host", "expired"])
def test_the_apps_own_connection_verifies_too(
    servers: dict[str, Any], word: str, tmp_path: Path, certificate: str
) -> None:
    """Where only the apps' port has the bad certificate, the proof fails and says so.

    Redis has one port for both: that is the test above.
    """
    bad = servers["tls"][certificate]
    entries = copy.deepcopy(server_entries(servers, tls=True))
    entries["rabbit"]["url"] = f"amqps://{bad['host']}:{bad['amqps_port']}"
    project = fresh_project(tmp_path, config_of(entries, app_on("rabbit", word)))
    try:
        done = project.up(check=False)
        assert done.code != 0
        assert "the proof" in done.output
        assert "certificate" in done.output
    finally:
        project.destroy()
