"""The stack file: what is read from a good one, and every sentence about bad ones."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from celeriac.contract import Queue, Uses
from celeriac.settings import (
    App,
    PostgresqlResults,
    PostgresqlServer,
    RabbitmqBroker,
    RabbitmqServer,
    RedisBroker,
    RedisResults,
    RedisServer,
    Reference,
    RpcResults,
    StackFile,
    StackFileError,
    load,
)

SECRET = "hunter2"
GOOD = yaml.safe_load(
    """
    servers:
      rabbit:
        kind: rabbitmq
        platform: existing
        url: amqps://rabbit.example.org:5671
        management: https://rabbit.example.org:15671
        username: admin
        password: hunter2
      cache:
        kind: redis
        platform: existing
        url: rediss://cache.example.org:6379/0
        password: {env: CACHE_PASSWORD}
      results:
        kind: postgresql
        platform: existing
        url: postgresql://db.example.org
        username: dba
        password: {file: /run/secrets/dba}
    apps:
      orders:
        broker: {server: rabbit, queues: {orders: {default: true}, emails: {maxLength: 100000}}}
        resultBackend: {server: results, expires: 7d}
        longestTask: 2h
      thumbnails:
        broker: {server: cache}
        resultBackend: {server: cache, expires: 1h}
        longestTask: 15m
    """
)
BAD = yaml.safe_load((Path(__file__).parent / "bad_stack_files.yaml").read_text())


def changed(change: dict[str, Any]) -> dict[str, Any]:
    """The good file with changes at paths of keys."""
    file: dict[str, Any] = copy.deepcopy(GOOD)
    for path, value in change.items():
        *way, last = path.split("/")
        place: Any = file
        for key in way:
            place = place.setdefault(key, {})
        if value == "MISSING":
            del place[last]
        else:
            place[last] = written(value)
    return file


def written(value: Any) -> Any:
    """A value of the table: a copy of another entry, a long text, or itself."""
    if isinstance(value, str) and value.startswith("SAME AS "):
        kind, name = value.removeprefix("SAME AS ").split("/")
        return copy.deepcopy(GOOD[kind][name])
    if isinstance(value, str) and (long := re.fullmatch(r"(.) x (\d+)", value)):
        return long[1] * int(long[2])
    return value


@pytest.mark.parametrize("bad", BAD, ids=[bad["name"] for bad in BAD])
def test_a_bad_file_gets_its_sentences(bad: dict[str, Any]) -> None:
    """All of them, no others, one line each, and no secret among them."""
    with pytest.raises(StackFileError) as caught:
        load(**changed(bad["change"]))
    assert list(caught.value.problems) == bad["says"]
    assert SECRET not in str(caught.value)
    count = len(bad["says"])
    header = "a problem" if count == 1 else f"{count} problems"
    assert str(caught.value).splitlines() == [f"The stack file has {header}:", *bad["says"]]


def test_the_table_is_long() -> None:
    """A hundred at least, no name and no change twice."""
    assert len(BAD) >= 100
    assert len({bad["name"] for bad in BAD}) == len(BAD)
    assert len({str(bad["change"]) for bad in BAD}) == len(BAD)


@pytest.mark.parametrize("server", ["rabbit", "cache", "results"])
@pytest.mark.parametrize(
    "key", ["url", "management", "password", "ca", "clientCertificate", "clientKey", "pass"]
)
@pytest.mark.parametrize(
    "value",
    [
        SECRET,
        f"amqps://u:{SECRET}@h:x",
        f"://{SECRET}",
        [SECRET],
        {SECRET: SECRET},
        {"env": [SECRET]},
        {"secure": SECRET},
    ],
    ids=str,
)
def test_no_secret_shows(server: str, key: str, value: object) -> None:
    """Whatever is wrong with a place for a secret, its value is in no message and no repr."""
    file = changed({f"servers/{server}/{key}": value, f"servers/{server}/wrong": 1})
    with pytest.raises(StackFileError) as caught:
        load(**file)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)


def test_a_password_is_not_in_a_repr() -> None:
    """Objects end up in logs and in failing tests."""
    assert SECRET not in repr(load(**GOOD))
    rabbit = load(**GOOD).servers["rabbit"]
    assert isinstance(rabbit, RabbitmqServer)
    assert rabbit.password == Reference(value=SECRET)


def test_a_good_file() -> None:
    """Every object with its defaults."""
    assert load(**GOOD, owner="platform", force_destroy="true") == StackFile(
        servers={
            "rabbit": RabbitmqServer(
                name="rabbit",
                host="rabbit.example.org",
                port=5671,
                tls=True,
                username="admin",
                password=Reference(value=SECRET),
                management="https://rabbit.example.org:15671",
                max_message_size=16 * 2**20,
            ),
            "cache": RedisServer(
                name="cache",
                host="cache.example.org",
                port=6379,
                tls=True,
                password=Reference(env="CACHE_PASSWORD"),
                db=0,
                manages_config=False,
                persist=True,
            ),
            "results": PostgresqlServer(
                name="results",
                host="db.example.org",
                port=5432,
                tls=True,
                username="dba",
                password=Reference(file="/run/secrets/dba"),
                database="postgres",
            ),
        },
        apps={
            "orders": App(
                name="orders",
                broker=RabbitmqBroker(
                    server="rabbit",
                    vhost="orders",
                    user="orders",
                    queues=(
                        Queue(name="emails", max_length=100_000),
                        Queue(name="orders", default=True),
                    ),
                    queue_type="quorum",
                    delivery_limit=20,
                    delayed_delivery="quorum",
                ),
                results=PostgresqlResults(
                    server="results",
                    user="orders",
                    database="orders",
                    driver="psycopg2",
                    expires=604_800,
                ),
                longest_task=7200,
                longest_delay=7200,
                prefetch=1,
                uses=Uses(),
                proof=True,
                force_destroy=True,
            ),
            "thumbnails": App(
                name="thumbnails",
                broker=RedisBroker(
                    server="cache",
                    user="thumbnails",
                    prefix="thumbnails:",
                    queues=(Queue(name="thumbnails", default=True),),
                ),
                results=RedisResults(
                    server="cache",
                    user="thumbnails-results",
                    prefix="thumbnails-results:",
                    expires=3600,
                ),
                longest_task=900,
                longest_delay=900,
                prefetch=1,
                uses=Uses(),
                proof=True,
                force_destroy=True,
            ),
        },
        owner="platform",
        force_destroy=True,
    )


def test_everything_written_out() -> None:
    """Every key that there is, with another value than its default."""
    file = yaml.safe_load(
        """
        servers:
          rabbit:
            kind: rabbitmq
            platform: existing
            url: amqp://[::1]
            management: http://[::1]:15672/
            tls: off
            username: admin
            password: p
            timeout: 5
            maxMessageSize: 64MiB
          cache:
            kind: redis
            platform: existing
            url: redis://cache/3
            tls: "off"
            username: admin
            password: p
            managesConfig: true
            persist: false
          results:
            kind: postgresql
            platform: existing
            url: postgresql://db:5433
            database: admin
            caPath: /etc/ssl/ours.pem
            ca: {file: ca.pem}
            clientKey: {file: client.key}
            clientCertificate: {file: client.pem}
        apps:
          orders:
            broker:
              server: rabbit
              vhost: /v
              user: u
              queueType: classic
              delayedDelivery: off
              queues:
                orders: {maxLengthBytes: 1MB, messageTtl: PT1M, deadLetter: false}
            resultBackend: {kind: rpc, expires: never}
            longestTask: 1h30m
            longestDelay: P1D
            prefetch: 4
            proof: off
            forceDestroy: false
            adopt: true
            uses:
              chords: false
              priorities: true
              remoteControl: true
              events: true
              sharedResults: false
              beat: true
              largestMessage: 32MiB
          mails:
            broker: {server: cache, prefix: "m:", user: m, queues: {a: {default: true}, b: null}}
            resultBackend:
              {server: results, user: r, database: d, driver: psycopg, expires: 3600.0}
        """
    )
    found = load(**file, force_destroy=True)
    rabbit, cache, results = (found.servers[name] for name in ("rabbit", "cache", "results"))
    assert isinstance(rabbit, RabbitmqServer)
    assert (rabbit.host, rabbit.port, rabbit.tls, rabbit.timeout) == ("::1", 5672, False, 5)
    assert (rabbit.management, rabbit.max_message_size) == ("http://[::1]:15672", 2**26)
    assert isinstance(cache, RedisServer)
    assert (cache.db, cache.tls, cache.manages_config, cache.persist) == (3, False, True, False)
    assert isinstance(results, PostgresqlServer)
    assert (results.port, results.tls, results.database) == (5433, True, "admin")
    assert (results.ca_path, results.ca) == ("/etc/ssl/ours.pem", Reference(file="ca.pem"))
    assert (results.client_certificate, results.client_key) == (
        (Reference(file="client.pem"), Reference(file="client.key"))
    )
    assert found.apps["orders"] == App(
        name="orders",
        broker=RabbitmqBroker(
            server="rabbit",
            vhost="/v",
            user="u",
            queues=(
                Queue(name="orders", max_length_bytes=10**6, message_ttl=60, dead_letter=False),
            ),
            queue_type="classic",
            delivery_limit=20,
            delayed_delivery="off",
        ),
        results=RpcResults(expires=None),
        longest_task=5400,
        longest_delay=86_400,
        prefetch=4,
        uses=Uses(
            chords=False,
            priorities=2,
            remote_control=True,
            events=True,
            shared_results=False,
            beat=True,
            largest_message=2**25,
        ),
        proof=False,
        force_destroy=False,
        adopt=True,
    )
    mails = found.apps["mails"]
    assert isinstance(mails.broker, RedisBroker)
    assert [(queue.name, queue.default) for queue in mails.broker.queues] == (
        [("a", True), ("b", False)]
    )
    assert mails.results == PostgresqlResults(
        server="results", user="r", database="d", driver="psycopg", expires=3600
    )
    assert (mails.longest_task, mails.force_destroy) == (1800, True)


def test_no_apps_yet() -> None:
    """Taking the last app out is how it is destroyed."""
    assert load(servers=GOOD["servers"], apps={}).apps == {}
    assert load(servers={}, apps={}).servers == {}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (Reference(value="p"), "p"),
        (Reference(env="P"), {"env": "P"}),
        (Reference(file="/p"), {"file": "/p"}),
    ],
)
def test_a_reference_as_an_input(reference: Reference, expected: object) -> None:
    """The provider gets it as it was written, and resolves it."""
    assert reference.as_input == expected


def test_the_empty_owner_of_the_schema() -> None:
    """Pulumi hands over the schema's default where nothing is written."""
    assert load(**GOOD, owner="").owner is None
