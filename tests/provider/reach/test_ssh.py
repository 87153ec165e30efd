"""Servers behind an SSH bastion: a real sshd, and names that only it knows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from celeriac_provider.celery import RoundTrip
from tests.lifecycle import CheckFailed, Failed, Life, Lifecycle
from tests.provider.reach.bastion import SYSTEMS, Bastion, configuration, forwarding, gone
from tests.provider.reach.conftest import OwnSshd


def _name() -> str:
    return f"reach{uuid.uuid4().hex[:8]}"


def _life(servers: dict[str, Any], system: str, **others: Any) -> Lifecycle:
    return Lifecycle(SYSTEMS[system], configuration(servers, system, **others))


@pytest.mark.parametrize("system", SYSTEMS)
def test_everything_over_the_bastion(
    servers: dict[str, Any], bastion: Bastion, system: str
) -> None:
    """A whole life; TLS is verified against a name that is not known here. Nothing is left."""
    with closing(_life(servers, system, via=bastion.via())) as life:
        made = life.create({"name": _name()})
        assert len(forwarding()) == 1
        life.delete(made)
    assert gone()


@pytest.mark.parametrize("system", SYSTEMS)
def test_without_it_the_sentence_names_the_ways(servers: dict[str, Any], system: str) -> None:
    """Run inside, a bastion, Systems Manager, and the proof without which it also goes."""
    with closing(_life(servers, system)) as life, pytest.raises(Failed) as failed:
        life.create({"name": _name()})
    said = failed.value.sentence
    for way in ("where it can be reached", "`via:`", "SSH bastion", "SSM", "`proof: off`"):
        assert way in said


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_certificate_is_verified_against_the_servers_own_name(
    servers: dict[str, Any], bastion: Bastion, system: str
) -> None:
    """A server that shows the certificate of another host is refused, forwarding or not."""
    wrong = servers["tls"]["wrong_host"]
    port = {
        "rabbitmq": wrong["management_tls"].rpartition(":")[2],
        "redis": wrong["redis_tls_port"],
        "postgresql": wrong["postgresql_port"],
    }[system]
    given = configuration(servers, system, via=bastion.via())
    given["endpoint"] = f"{given['endpoint'].rpartition(':')[0]}:{port}"
    with closing(Lifecycle(SYSTEMS[system], given)) as life, pytest.raises(Failed) as failed:
        life.create({"name": _name()})
    assert "certificate" in failed.value.sentence


def test_many_at_once_share_one_forwarding(servers: dict[str, Any], bastion: Bastion) -> None:
    """Sixteen resources of one provider, one ssh."""
    with closing(_life(servers, "postgresql", via=bastion.via())) as life:
        names = [_name() for _ in range(16)]
        with ThreadPoolExecutor(16) as threads:
            made = list(threads.map(lambda n: life.create({"name": n}, name=n), names))
        assert len(forwarding()) == 1
        for one in made:
            life.delete(one)


@pytest.mark.parametrize("system", SYSTEMS)
def test_one_that_dies_is_made_anew(servers: dict[str, Any], bastion: Bastion, system: str) -> None:
    """Killed between two calls, and while many are under way."""
    with closing(_life(servers, system, via=bastion.via(), timeout=20)) as life:
        first = life.create({"name": _name()})
        (before,) = forwarding()
        os.kill(before, signal.SIGKILL)
        life.delete(first)
        (after,) = forwarding()
        assert before != after
        begun, killed = threading.Semaphore(0), threading.Event()

        def creates(_: int) -> list[Life]:
            """One after the other, until some were begun after the kill."""
            made, left = [], 3
            while left:
                left -= killed.is_set()
                name = _name()
                begun.release()
                made.append(life.create({"name": name}, name=name, settled=False))
            return made

        with ThreadPoolExecutor(4) as threads:
            working = [threads.submit(creates, number) for number in range(4)]
            try:
                for _ in range(8):
                    begun.acquire()
                os.kill(after, signal.SIGKILL)
            finally:
                killed.set()
            made = [one for done in working for one in done.result()]
        (last,) = forwarding()
        assert last not in (before, after)
        for one in made:
            life.delete(one)
    assert gone()


def test_a_bastion_that_restarts_is_waited_for(
    servers: dict[str, Any], own_sshd: OwnSshd, tmp_path: Path
) -> None:
    """It stops, and its connections with it; it comes back a second later."""
    bastion = Bastion(own_sshd.describe(), tmp_path)
    with closing(_life(servers, "redis", via=bastion.via(), timeout=20)) as life:
        made = life.create({"name": _name()})
        own_sshd.stop()
        for pid in forwarding():
            os.kill(pid, signal.SIGKILL)
        threading.Timer(1, own_sshd.start).start()
        life.delete(made)


def test_a_bastion_that_is_down(servers: dict[str, Any], own_sshd: OwnSshd, tmp_path: Path) -> None:
    """Waited for as long as the timeout says, then one sentence."""
    bastion = Bastion(own_sshd.describe(), tmp_path)
    own_sshd.stop()
    with closing(_life(servers, "postgresql", via=bastion.via(), timeout=2)) as life:
        began = time.monotonic()
        with pytest.raises(Failed) as failed:
            life.create({"name": _name()})
    assert 1 < time.monotonic() - began < 12
    assert failed.value.sentence == (
        f"postgresql.private.example:{servers['tls_private']['postgresql_port']} is to be reached "
        f"over the SSH bastion 127.0.0.1:{bastion.entry['port']}, which cannot be reached (connect "
        f"to host 127.0.0.1 port {bastion.entry['port']}: Connection refused): look at "
        f"via.ssh.host and via.ssh.port, and whether it is up"
    )


def _key(folder: Path) -> str:
    file = folder / "other_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
    return str(file)


def test_refusals(servers: dict[str, Any], bastion: Bastion, tmp_path: Path) -> None:
    """An unknown host key, another host key, a wrong key, files that are not there: one each."""
    key = _key(tmp_path)
    public = Path(f"{key}.pub").read_text().split()[:2]
    address = f"[{bastion.entry['host']}]:{bastion.entry['port']}"
    other = tmp_path / "other_hosts"
    other.write_text(f"{address} {' '.join(public)}\n")
    empty = tmp_path / "no_hosts"
    empty.write_text("")
    loose = tmp_path / "loose_key"
    loose.write_text(Path(bastion.entry["client_key_file"]).read_text())
    loose.chmod(0o644)
    cases: dict[str, dict[str, Any]] = {
        "has a host key that is not in": {"knownHostsFile": str(empty)},
        "shows another host key than the one in": {"knownHostsFile": str(other)},
        "refused the user nobody-there or its key": {"user": "nobody-there"},
        "refused the user": {"keyFile": key},
        "`chmod 600` it": {"keyFile": str(loose)},
        "via.ssh.keyFile /not/there cannot be read: No such file": {"keyFile": "/not/there"},
        "via.ssh.knownHostsFile /not/there cannot be read": {"knownHostsFile": "/not/there"},
        "cannot be used (Could not resolve hostname": {"host": "bastion.invalid"},
    }
    for sentence, change in cases.items():
        via = bastion.via(**change)
        with (
            closing(_life(servers, "redis", via=via)) as life,
            pytest.raises(Failed) as failed,
        ):
            life.create({"name": _name()})
        said = failed.value.sentence
        assert sentence in said
        assert "\n" not in said
        assert servers["redis"]["password"] not in said
    assert gone()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_server_that_the_bastion_does_not_reach(
    servers: dict[str, Any], bastion: Bastion, system: str
) -> None:
    """Nothing listens behind it, its name is not known there, it may not be asked for."""
    cases = {
        "nothing.private.example:1": "from the SSH bastion 127.0.0.1:{port} (Connection refused)",
        "unknown.private.example:1": "(Name or service not known): look at the server's address",
        "elsewhere.example:1": "does not forward to elsewhere.example:1: allow it there "
        "(AllowTcpForwarding and PermitOpen in sshd_config)",
    }
    given = configuration(servers, system, via=bastion.via(), timeout=2)
    for server, sentence in cases.items():
        given["endpoint"] = f"{given['endpoint'].partition('://')[0]}://{server}"
        with closing(Lifecycle(SYSTEMS[system], given)) as life, pytest.raises(Failed) as failed:
            life.create({"name": _name()})
        assert sentence.format(port=bastion.entry["port"]) in failed.value.sentence


def test_no_ssh_here(
    servers: dict[str, Any], bastion: Bastion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says what to install."""
    monkeypatch.setenv("PATH", "/nowhere")
    with (
        closing(_life(servers, "redis", via=bastion.via())) as life,
        pytest.raises(Failed) as failed,
    ):
        life.create({"name": _name()})
    assert "there is no program ssh on PATH: install OpenSSH's client" in failed.value.sentence


_PROVIDER = """
import json, sys, time
from tests.lifecycle import Lifecycle
from tests.provider.reach.bastion import SYSTEMS
given = json.load(sys.stdin)
life = Lifecycle(SYSTEMS["redis"], given)
life.import_("nobody-of-this-name")
print("reached", flush=True)
time.sleep(60)
"""


def test_a_killed_provider_leaves_nothing(servers: dict[str, Any], bastion: Bastion) -> None:
    """SIGKILL of the process that has the forwarding: ssh ends by itself."""
    given = configuration(servers, "redis", via=bastion.via())
    process = subprocess.Popen(
        [sys.executable, "-c", _PROVIDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path)])},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(given))
    process.stdin.close()
    assert process.stdout.readline() == "reached\n"
    assert len(forwarding()) == 1
    process.kill()
    process.wait()
    process.stdout.close()
    assert gone()


def test_no_secret_is_in_its_arguments_or_environment(
    servers: dict[str, Any], bastion: Bastion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, ports and paths are all that it is told."""
    monkeypatch.setenv("SOMEBODYS_PASSWORD", servers["redis"]["password"])
    given = configuration(servers, "redis", via=bastion.via())
    given["passwordEnv"] = "SOMEBODYS_PASSWORD"
    del given["password"]
    with closing(Lifecycle(SYSTEMS["redis"], given)) as life:
        life.import_("nobody-of-this-name")
        for pid in forwarding():
            for file in ("cmdline", "environ"):
                seen = Path(f"/proc/{pid}/{file}").read_bytes().decode()
                assert servers["redis"]["password"] not in seen


@pytest.mark.parametrize(
    ("via", "sentence"),
    [
        ({}, "must be {ssh: {host: …}} or {ssm: {target: …}}"),
        ({"ssh": {"port": 22}}, "has no ssh.host: write it"),
        ({"ssh": {"host": "-oProxyCommand=x"}}, "has ssh.host, which must neither begin with -"),
        ({"ssh": {"host": "b", "port": 0}}, "has ssh.port, which must be a port, 1 to 65535"),
        ({"ssh": {"host": "b", "keyfile": "k"}}, "did you mean keyFile?"),
        ({"ssm": {"target": 7}}, "has ssm.target, which must be a text that is not empty"),
    ],
)
def test_bad_configurations(via: dict[str, Any], sentence: str) -> None:
    """One sentence each, before anything is done."""
    with closing(Lifecycle(RoundTrip)) as proofs, pytest.raises(CheckFailed) as failed:
        proofs.check({"app": "a", "brokerUrl": "amqp://h", "queue": "q", "brokerVia": via})
    assert sentence in failed.value.problems["brokerVia"]
