"""Servers on a private network, behind an SSH bastion: a real sshd, names that only it knows."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import fresh_project
from tests.e2e.inventory import inventory
from tests.e2e.project import Project
from tests.e2e.running import Running
from tests.e2e.stack_files import server_entries, three_apps
from tests.provider.mysql.server import mysql_server
from tests.provider.reach.stores import TLS, stores
from tests.standins.mongodb.users import ADMINISTRATOR, PASSWORD

pytestmark = pytest.mark.row("via-ssh")


def _entries(servers: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The servers under their private names, each with the bastion."""
    sshd, private = servers["sshd"], servers["tls_private"]
    known = folder / "known_hosts"
    known.write_text(f"[{sshd['host']}]:{sshd['port']} {' '.join(sshd['host_key'].split()[:2])}\n")
    via = {
        "ssh": {
            "host": sshd["host"],
            "port": sshd["port"],
            "user": sshd["user"],
            "keyFile": sshd["client_key_file"],
            "knownHostsFile": str(known),
        }
    }
    management = private["management_tls"].rpartition(":")[2]
    urls = {
        "rabbit": {
            "url": f"amqps://rabbitmq.private.example:{private['amqps_port']}",
            "management": f"https://rabbitmq.private.example:{management}",
        },
        "cache": {"url": f"rediss://redis.private.example:{private['redis_tls_port']}/0"},
        "results": {"url": f"postgresql://postgresql.private.example:{private['postgresql_port']}"},
    }
    entries = server_entries(servers, tls=True)
    return {name: entry | urls[name] | {"via": via} for name, entry in entries.items()}


def _config(entries: dict[str, Any], word: str) -> dict[str, Any]:
    return {
        "celeriac:servers": entries,
        "celeriac:apps": three_apps(word),
        "celeriac:forceDestroy": "true",
    }


def _forwardings(project: Project) -> list[str]:
    """What runs with this project's folder in PATH, and is an ssh."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if str(project.folder).encode() in environment and b"-N" in words:
            found.append(entry.name)
    return found


@pytest.mark.shows("provisioned")
def test_everything_over_a_bastion(servers: dict[str, Any], word: str, tmp_path: Path) -> None:
    """All three systems, administration and proofs; a second `up` changes nothing; no ssh stays.

    What is handed to the apps names the servers themselves: the way is the administrator's alone.
    """
    project = fresh_project(tmp_path, _config(_entries(servers, tmp_path), word))
    project.environment["PATH"] += f":{project.folder}"
    try:
        project.up()
        apps = project.outputs()["apps"]
        urls = [app["broker_url"] + app["result_backend"] for app in apps.values()]
        assert all(".private.example:" in url for url in urls)
        assert "127.0.0.1" not in str(apps)
        assert project.up("--expect-no-changes").changed == {}
        assert project.run("refresh", "--yes", "--skip-preview", check=True).changed == {}
        assert _forwardings(project) == []
    finally:
        project.destroy()
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)
    assert _forwardings(project) == []


def test_results_in_mysql_over_a_bastion(
    servers: dict[str, Any], word: str, tmp_path: Path
) -> None:
    """MariaDB, in clear: administration and proof; without the bastion its name is unknown."""
    server = mysql_server("mariadb")
    entries = _entries(servers, tmp_path)
    entries["results"] = {
        "kind": "mysql",
        "platform": "existing",
        "tls": "off",
        "url": f"mysql://mariadb.private.example:{server.entry['port']}",
        "username": server.entry["admin_username"],
        "password": server.entry["admin_password"],
        "via": entries["results"]["via"],
    }
    del entries["cache"]
    app = {
        "broker": {"server": "rabbit"},
        "resultBackend": {"server": "results", "expires": "1h"},
        "longestTask": "1m",
    }
    config = {
        "celeriac:servers": entries,
        "celeriac:apps": {f"via-{word}": app},
        "celeriac:forceDestroy": "true",
    }
    project = fresh_project(tmp_path, config)
    project.environment["PATH"] += f":{project.folder}"
    try:
        project.up()
        assert ".private.example:" in project.outputs()["apps"][f"via-{word}"]["result_backend"]
        assert project.up("--refresh", "--expect-no-changes").changed == {}
        assert _forwardings(project) == []
    finally:
        project.destroy()


@pytest.mark.shows("provisioned")
def test_results_in_stores_over_a_bastion(
    servers: dict[str, Any],
    start_server: Callable[[str], dict[str, Any]],
    word: str,
    tmp_path: Path,
) -> None:
    """Two memcached servers, MongoDB with TLS, Elasticsearch: a preview first, then all of it.

    Without the bastion their names are unknown.
    """
    entries = _entries(servers, tmp_path)
    via = entries["rabbit"]["via"]
    del entries["cache"], entries["results"]
    with stores(start_server) as there:
        for system, url in there.endpoints.items():
            entries[system] = {"kind": system, "platform": "existing", "via": via, "url": url}
        entries["memcached"] |= {"tls": "off", "maxItemSize": "512KiB"}
        entries["mongodb"] |= {
            "username": ADMINISTRATOR,
            "password": PASSWORD,
            "ca": {"file": str(TLS / "ca.pem")},
            "caPath": "/etc/ssl/of-another-host.pem",
        }
        # Its apps know the authorities of certifi only.
        clear = f"http://elasticsearch.private.example:{there.ports['elasticsearch']}"
        entries["elasticsearch"] |= {"tls": "off", "url": clear}
        apps: dict[str, Any] = {
            f"{system}-{word}": {
                "broker": {"server": "rabbit"},
                "resultBackend": {"server": system, "expires": "1h"},
                "longestTask": "1m",
            }
            for system in there.endpoints
        }
        apps[f"elasticsearch-{word}"]["resultBackend"]["replicas"] = 0
        config = {
            "celeriac:servers": entries,
            "celeriac:apps": apps,
            "celeriac:forceDestroy": "true",
        }
        project = fresh_project(tmp_path, config)
        project.environment["PATH"] += f":{project.folder}"
        try:
            project.preview()
            project.up()
            found = project.outputs()["apps"]
            assert len(found) == 3
            assert all(".private.example:" in app["result_backend"] for app in found.values())
            assert "127.0.0.1" not in str(found)
            assert project.up("--refresh", "--expect-no-changes").changed == {}
            assert _forwardings(project) == []
        finally:
            project.destroy()
        assert _forwardings(project) == []


def test_ctrl_c_leaves_no_forwarding(servers: dict[str, Any], word: str, tmp_path: Path) -> None:
    """In the middle of an `up`, with forwardings open."""
    project = fresh_project(tmp_path, _config(_entries(servers, tmp_path), word))
    with Running(project, "up", "--yes", "--skip-preview") as run:
        assert run.until(lambda: len(_forwardings(project)) > 1)
        run.interrupt()
        run.wait()
        assert run.survivors(seconds=10) == []
    project.destroy()
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)


def test_without_it_nothing_is_made(servers: dict[str, Any], word: str, tmp_path: Path) -> None:
    """`up` says so at the first object of each server, and which ways there are."""
    entries = _entries(servers, tmp_path)
    for entry in entries.values():
        del entry["via"]
    project = fresh_project(tmp_path, _config(entries, word))
    done = project.up(check=False)
    assert done.code != 0
    for way in (
        "run Pulumi where it can be reached",
        "`via:`",
        "SSH bastion",
        "SSM",
        "`proof: off`",
    ):
        assert way in done.output
    assert "Traceback" not in done.output
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)
    project.destroy()


def test_a_bastion_that_refuses(servers: dict[str, Any], word: str, tmp_path: Path) -> None:
    """One sentence with what to look at, and the key of nobody."""
    entries = _entries(servers, tmp_path)
    unknown = tmp_path / "empty"
    unknown.write_text("")
    for entry in entries.values():
        entry["via"]["ssh"]["knownHostsFile"] = os.fspath(unknown)
    project = fresh_project(tmp_path, _config(entries, word))
    done = project.up(check=False)
    assert done.code != 0
    assert "has a host key that is not in" in done.output
    project.destroy()
