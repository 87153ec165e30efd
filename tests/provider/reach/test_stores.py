"""memcached, MongoDB and Elasticsearch behind a bastion, under names that only it knows."""

from __future__ import annotations

import os
import signal
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from celeriac.contract import (
    Tls,
    elasticsearch_settings,
    elasticsearch_url,
    memcached_settings,
    memcached_url,
    mongodb_settings,
    mongodb_url,
)
from celeriac_provider.celery import RoundTrip
from tests.lifecycle import Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.celery.made import MadeApp
from tests.provider.reach import aws_standin
from tests.provider.reach.bastion import Bastion, forwarding, gone
from tests.provider.reach.stores import APP, DOMAIN, STORES, TLS, Stores, stores

Start = Callable[[str], dict[str, Any]]
_SSM = {"ssm": {"target": "i-0123456789abcdef0", "region": "eu-west-1"}}
_SERVERS = {"memcached": 2, "mongodb": 1, "elasticsearch": 1}
"""Forwardings that each takes."""


@pytest.fixture(scope="module")
def there(start_server: Start) -> Iterator[Stores]:
    """The servers."""
    with stores(start_server) as found:
        yield found


@pytest.fixture
def bastion(start_server: Start, tmp_path: Path) -> Bastion:
    """The one of instance `test`, without the servers that are of no use here."""
    return Bastion(start_server("sshd"), tmp_path)


def _life(there: Stores, system: str, **others: Any) -> Lifecycle:
    return Lifecycle(STORES[system][0], there.configuration(system, **others))


def _given(system: str) -> dict[str, Any]:
    return STORES[system][1](f"reach{uuid.uuid4().hex[:8]}")


@pytest.mark.shows("provisioned")
@pytest.mark.row("via-ssh")
@pytest.mark.parametrize("system", STORES)
def test_everything_over_the_bastion(there: Stores, bastion: Bastion, system: str) -> None:
    """A whole life, TLS for names that are not known here; each server has its own forwarding.

    One that is killed is made anew.
    """
    with closing(_life(there, system, via=bastion.via(), timeout=20)) as life:
        given = _given(system)
        made = life.create(given)
        before = forwarding()
        assert len(before) == _SERVERS[system]
        os.kill(before[0], signal.SIGKILL)
        assert life.drift(made, given) == {}
        after = forwarding()
        assert len(after) == _SERVERS[system]
        assert before[0] not in after
        life.delete(made)
    assert gone()


@pytest.mark.shows("provisioned")
@pytest.mark.row("via-ssm")
@pytest.mark.parametrize("system", STORES)
def test_everything_over_a_session(
    there: Stores, system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same through the stand-in for AWS's CLI."""
    program = tmp_path / "aws"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {aws_standin.__file__} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with closing(_life(there, system, via=_SSM)) as life:
        made = life.create(_given(system))
        assert len(forwarding("aws_standin.py")) == 2 * _SERVERS[system]
        life.delete(made)
    assert gone("aws_standin.py")


@pytest.mark.parametrize("system", STORES)
def test_without_it_nobody_is_there(there: Stores, system: str) -> None:
    """Their names are the bastion's alone; the sentence names the ways."""
    with closing(_life(there, system, timeout=2)) as life, pytest.raises(Failed) as failed:
        life.create(_given(system))
    for words in ("its name is not known", "where it can be reached", "`via:`", "`proof: off`"):
        assert words in failed.value.sentence


@pytest.mark.parametrize("system", ["mongodb", "elasticsearch"])
def test_the_certificate_is_verified_against_the_servers_own_name(
    there: Stores, bastion: Bastion, system: str
) -> None:
    """One of another host is refused."""
    given = there.configuration(system, via=bastion.via(), timeout=2)
    begin = given["endpoint"].rpartition(":")[0]
    given["endpoint"] = f"{begin}:{there.ports[f'{system}-wrong-host']}"
    with closing(Lifecycle(STORES[system][0], given)) as life, pytest.raises(Failed) as failed:
        life.create(_given(system))
    assert "its certificate is for another host" in failed.value.sentence


@pytest.mark.parametrize("system", STORES)
def test_a_server_that_the_bastion_does_not_reach(
    there: Stores, bastion: Bastion, system: str
) -> None:
    """Nothing listens behind it, its name is not known there, it may not be asked for."""
    cases = {
        "nothing.private.example:1": "from the SSH bastion 127.0.0.1:{port} (Connection refused)",
        "unknown.private.example:1": "(Name or service not known): look at the server's address",
        "elsewhere.example:1": "does not forward to elsewhere.example:1: allow it there "
        "(AllowTcpForwarding and PermitOpen in sshd_config)",
    }
    given = there.configuration(system, via=bastion.via(), timeout=2)
    scheme = given["endpoint"].partition("://")[0]
    for server, sentence in cases.items():
        given["endpoint"] = f"{scheme}://{server}"
        with closing(Lifecycle(STORES[system][0], given)) as life, pytest.raises(Failed) as failed:
            life.create(_given(system))
        assert sentence.format(port=bastion.entry["port"]) in failed.value.sentence
    assert gone()


@pytest.mark.parametrize("system", STORES)
def test_a_bastion_that_refuses(there: Stores, bastion: Bastion, system: str) -> None:
    """Its word, and no other."""
    via = bastion.via(user="nobody-there")
    with closing(_life(there, system, via=via)) as life, pytest.raises(Failed) as failed:
        life.create(_given(system))
    assert "refused the user nobody-there or its key" in failed.value.sentence


def _members(there: Stores, *named: str, replica_set: bool = True, **others: Any) -> Lifecycle:
    options = "tls=false&replicaSet=rs0" if replica_set else "tls=false"
    endpoint = f"mongodb://{','.join(named)}?{options}"
    return _life(there, "mongodb", **{"endpoint": endpoint, "timeout": 2} | others)


def test_each_member_of_a_replica_set_has_a_forwarding(there: Stores, bastion: Bastion) -> None:
    """The set says where they are, and they are there."""
    named = there.named
    with (
        there.replica_set(*named),
        closing(_members(there, *named, via=bastion.via(), timeout=20)) as life,
    ):
        made = life.create(_given("mongodb"))
        assert len(forwarding()) == 2
        life.delete(made)
    assert gone()


@pytest.mark.parametrize("port", [1, 27017])
def test_a_member_that_no_forwarding_leads_to(there: Stores, bastion: Bastion, port: int) -> None:
    """The set says that its primary is elsewhere: one sentence, and nobody goes there."""
    one, other = there.named
    with (
        there.replica_set(f"third.{DOMAIN}:{port}", one, other),
        closing(_members(there, one, other, via=bastion.via())) as life,
        pytest.raises(Failed) as failed,
    ):
        life.create(_given("mongodb"))
    assert failed.value.sentence == (
        f"the replica set of MongoDB at {one},{other} says that a member is at "
        f"third.{DOMAIN}:{port}, which no forwarding of `via` leads to: name every member in "
        f"`endpoint` as the set itself does (rs.conf())"
    )


def test_a_member_that_is_named_alone_is_taken_as_it_is(there: Stores, bastion: Bastion) -> None:
    """The primary, whatever it says of others; a secondary says what it is."""
    one, other = there.named
    with (
        there.replica_set(one, f"third.{DOMAIN}:1"),
        closing(_members(there, one, replica_set=False, via=bastion.via())) as life,
    ):
        life.delete(life.create(_given("mongodb")))
    with (
        there.replica_set(f"third.{DOMAIN}:1", other),
        closing(_members(there, other, replica_set=False, via=bastion.via())) as life,
        pytest.raises(Failed) as failed,
    ):
        life.create(_given("mongodb"))
    assert "takes no writes, as a secondary of a replica set: name the set" in failed.value.sentence
    assert gone()


@pytest.fixture(scope="module")
def app(start_server: Start) -> Iterator[MadeApp]:
    """An app on a RabbitMQ that is reached directly; its results are elsewhere each time."""
    with made.on_rabbitmq({"rabbitmq": start_server("rabbitmq")}) as (found, _):
        yield found


def _results(there: Stores, system: str) -> tuple[str, dict[str, Any]]:
    """URL and settings."""
    ports = there.ports
    if system == "memcached":
        names = ("memcached", "memcached-second")
        servers = [(f"{name}.{DOMAIN}", ports[name]) for name in names]
        return memcached_url(servers), memcached_settings(prefix="reach:", expires=60)
    if system == "elasticsearch":
        host = f"elasticsearch.{DOMAIN}"
        url = elasticsearch_url(host=host, port=ports[system], index="reach", tls=False)
        return url, elasticsearch_settings(expires=60)
    return _in_mongodb([(f"mongodb.{DOMAIN}", ports["mongodb-tls"])], tls=Tls(ca_path="/ca.pem"))


def _in_mongodb(servers: list[tuple[str, int]], **more: Any) -> tuple[str, dict[str, Any]]:
    return mongodb_url(servers=servers, **APP, **more), mongodb_settings(expires=60)


def _prove(app: MadeApp, results: tuple[str, dict[str, Any]], **more: Any) -> str | None:
    """One proof, and how many forwardings it took; what was said where it failed."""
    url, settings = results
    whole = app.changed(result_backend=url, settings={**app.settings, **settings})
    said = None
    with closing(Lifecycle(RoundTrip)) as proofs:
        try:
            proofs.create(whole.inputs(**more))
        except Failed as failed:
            said = failed.sentence
        else:
            assert len(forwarding()) == url.count(f".{DOMAIN}")
    assert APP["password"] not in (said or "")
    assert "\n" not in (said or "")
    return said


@pytest.mark.parametrize("system", STORES)
def test_the_proof_goes_over_it(app: MadeApp, there: Stores, bastion: Bastion, system: str) -> None:
    """A task and its result; without it there is nobody."""
    results = _results(there, system)
    ca = (TLS / "ca.pem").read_text()
    assert _prove(app, results, resultBackendVia=bastion.via(), ca=ca) is None
    assert gone()
    said = _prove(app, results, ca=ca)
    assert said is not None
    assert "failed at its result backend" in said
    assert "`via:`" in said


def test_the_proof_over_a_replica_set(app: MadeApp, there: Stores, bastion: Bastion) -> None:
    """Over two forwardings; and in one sentence where a member has none."""
    one, other = there.named
    named = [(name.partition(":")[0], int(name.rpartition(":")[2])) for name in there.named]
    results = _in_mongodb(named, replica_set="rs0")
    with there.replica_set(one, other):
        assert _prove(app, results, resultBackendVia=bastion.via()) is None
    with there.replica_set(f"third.{DOMAIN}:1", one, other):
        said = _prove(app, results, resultBackendVia=bastion.via())
    assert said is not None
    assert f"a member is at third.{DOMAIN}:1, which no forwarding leads to" in said
    assert "name every member in the URL" in said


def test_the_proof_at_a_server_that_the_bastion_does_not_reach(
    app: MadeApp, bastion: Bastion
) -> None:
    """The bastion's word, with the server's name."""
    url = memcached_url([(f"nothing.{DOMAIN}", 1)])
    results = (url, memcached_settings(prefix="reach:", expires=60))
    said = _prove(app, results, resultBackendVia=bastion.via())
    assert said is not None
    assert f"nothing.{DOMAIN}:1 cannot be reached from the SSH bastion" in said
