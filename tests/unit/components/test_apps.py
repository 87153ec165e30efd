"""What CeleryApp registers and hands out, for each pair of broker and result backend."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from tests.unit.components.world import World, run, unknown

from celeriac import (
    CeleryApp,
    PostgreSQLResults,
    PostgreSQLServer,
    Queue,
    RabbitMQBroker,
    RabbitMQServer,
    RedisBroker,
    RedisResults,
    RedisServer,
    Reference,
    RPCResults,
    Uses,
)

QUEUES = [Queue(name="orders", default=True), Queue(name="bulk.emails", max_length=100)]


def rabbit(**more: Any) -> RabbitMQServer:
    """A RabbitMQ over TLS."""
    return RabbitMQServer(
        "rabbit",
        host="mq.example.com",
        management="https://mq.example.com:15671",
        username="deployer",
        password=Reference(env="RABBIT"),
        **more,
    )


def redis(**more: Any) -> RedisServer:
    """A Redis over TLS."""
    return RedisServer("cache", host="cache.example.com", username="deployer", **more)


def postgresql(**more: Any) -> PostgreSQLServer:
    """A PostgreSQL over TLS."""
    return PostgreSQLServer("results", host="db.example.com", username="deployer", **more)


def on_rabbitmq() -> CeleryApp:
    """RabbitMQ and PostgreSQL."""
    broker = RabbitMQBroker(
        "orders", server=rabbit(ca="CA1\n"), queues=QUEUES, longest_task=7200, longest_delay=0
    )
    return CeleryApp(
        "orders", broker=broker, result_backend=PostgreSQLResults("orders", server=postgresql())
    )


def on_redis() -> CeleryApp:
    """Redis and Redis."""
    server = redis(ca="CA1\n", ca_path="/etc/ca.pem")
    return CeleryApp(
        "thumbs",
        broker=RedisBroker("thumbs", server=server, longest_task=900, longest_delay=0),
        result_backend=RedisResults("thumbs", server=server, expires=3600),
    )


def over_rpc() -> CeleryApp:
    """RabbitMQ and RPC."""
    broker = RabbitMQBroker("pings", server=rabbit(), rpc_results=True)
    return CeleryApp("pings", broker=broker, result_backend=RPCResults())


PAIRS = {"rabbitmq+postgresql": on_rabbitmq, "redis+redis": on_redis, "rabbitmq+rpc": over_rpc}


def outputs_of(app: Callable[[], CeleryApp]) -> tuple[World, dict[str, Any]]:
    """What the app registers and its outputs."""

    def program() -> dict[str, pulumi.Output[Any]]:
        return app().outputs()

    return run(program)


@pytest.mark.parametrize("app", PAIRS.values(), ids=PAIRS.keys())
def test_every_output_with_a_credential_is_secret(app: Callable[[], CeleryApp]) -> None:
    """No password leaves in clear, wherever it stands in an output."""
    world, found = outputs_of(app)
    passwords = [
        f"{key.rpartition('::')[2]}-password"
        for key in world.registered
        if key.startswith(("celeriac:rabbitmq:User", "celeriac:redis:AclUser"))
        or (key.startswith("celeriac:postgresql:Role") and key.endswith("-login"))
    ]
    assert passwords != []
    for password in passwords:
        holders = {name for name, (value, _) in found.items() if password in str(value)}
        assert "env" in holders
        assert [name for name in holders if not found[name][1]] == []


@pytest.mark.parametrize("app", PAIRS.values(), ids=PAIRS.keys())
def test_every_child_has_its_component_as_parent(app: Callable[[], CeleryApp]) -> None:
    """A URN shows its component, so that a policy, a target and a person can find it."""
    seen: list[str] = []
    original = pulumi.runtime.mocks.MockMonitor.make_urn

    def make_urn(self: Any, parent: str, type_: str, name: str) -> str:
        urn = original(self, parent, type_, name)
        seen.append(urn)
        return urn

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulumi.runtime.mocks.MockMonitor, "make_urn", make_urn)
        outputs_of(app)
    leaves = [
        urn
        for urn in seen
        if "celeriac:" in urn and "celeriac:index" not in urn.split("::")[2].rpartition("$")[2]
    ]
    assert leaves != []
    assert [urn for urn in leaves if "celeriac:index:" not in urn.split("::")[2]] == []


def test_urls_and_settings_on_rabbitmq_and_postgresql() -> None:
    """TLS, hosts, names and drivers are those of what was made."""
    _, found = outputs_of(on_rabbitmq)
    assert found["broker_url"][0] == (
        "amqps://orders:orders-user-password@mq.example.com:5671/orders"
    )
    assert found["result_backend"][0] == (
        "db+postgresql+psycopg2://orders:orders-login-password@db.example.com:5432/orders"
        "?sslmode=verify-full&sslrootcert=system"
    )
    settings = json.loads(found["settings"][0])
    assert settings["task_default_queue"] == "orders"
    assert sorted(settings["task_queues"]) == ["bulk.emails", "orders"]
    assert settings["broker_use_ssl"]["server_hostname"] == "mq.example.com"
    assert settings["broker_transport_options"] == {"confirm_publish": True}
    assert found["ca"][0] == "CA1\n"
    assert found["env"][0]["CELERY_SETTINGS"] == found["settings"][0]


def test_redis_has_one_visibility_timeout_in_all_places_and_it_is_an_int() -> None:
    """(1 + 1) x 15 minutes and a tenth, as a whole number: Redis refuses a float."""
    _, found = outputs_of(on_redis)
    settings = json.loads(found["settings"][0])
    places = [
        settings["broker_transport_options"]["visibility_timeout"],
        settings["result_backend_transport_options"]["visibility_timeout"],
        settings["visibility_timeout"],
    ]
    assert [(1980, int)] * 3 == [(value, type(value)) for value in places]
    assert settings["broker_transport_options"]["global_keyprefix"] == "thumbs:"
    assert "ssl_ca_certs=%2Fetc%2Fca.pem" in found["broker_url"][0]


def test_policy_and_permissions_match_the_queues() -> None:
    """The consumer timeout lies above two runs of the longest task; rights name the queues."""
    world, _ = outputs_of(on_rabbitmq)
    policy = world.one("rabbitmq:Policy", "orders-policy-celeriac")
    assert policy["consumerTimeout"] > 2 * 7200 * 1000
    assert policy["pattern"] == r"^(orders|bulk\.emails)$"
    own = world.one("rabbitmq:Policy", "orders-policy-celeriac.bulk.emails")
    assert (own["maxLength"], own["deliveryLimit"], own["priority"]) == (100, 20, 20)
    rights = world.one("rabbitmq:Permissions", "orders-permissions")
    assert r"orders\.celeriac-proof" in rights["configure"]


def test_the_proof_depends_on_everything_and_has_its_own_queue() -> None:
    """A change of any resource of the app proves it again."""
    world, found = outputs_of(on_rabbitmq)
    proof = world.one("celery:RoundTrip", "orders")
    assert proof["queue"] == "orders.celeriac-proof"
    assert proof["settings"]["value"] == found["settings"][0]
    others = (":providers:", ":index:", "RoundTrip")
    made = {key for key in world.registered if not any(other in key for other in others)}
    assert made == set(proof["triggers"])


def test_a_pair_that_cannot_work_is_refused_with_all_reasons() -> None:
    """Chords and shared results over RPC: two lines, before anything is registered."""

    def program() -> dict[str, pulumi.Output[Any]]:
        broker = RabbitMQBroker("pings", server=rabbit(), rpc_results=True)
        uses = Uses(chords=True, shared_results=True)
        with pytest.raises(ValueError, match="chords") as refused:
            CeleryApp("pings", broker=broker, result_backend=RPCResults(), uses=uses)
        assert len(str(refused.value).splitlines()) == 3
        return {}

    world, _ = run(program)
    assert "celeriac:celery:RoundTrip" not in world.types


def test_without_proof_nothing_is_run() -> None:
    """`proof: off` leaves the round trip out, for servers that are not within reach."""

    def program() -> dict[str, pulumi.Output[Any]]:
        broker = RabbitMQBroker("pings", server=rabbit(), rpc_results=True)
        return CeleryApp("pings", broker=broker, result_backend=RPCResults(), proof=False).outputs()

    world, found = run(program)
    assert "celeriac:celery:RoundTrip" not in world.types
    assert "broker_url" in found


def test_the_administrators_password_reference_reaches_only_the_provider() -> None:
    """A reference is resolved by the provider: the program never holds the password."""
    world, _ = outputs_of(on_rabbitmq)
    provider = world.registered["pulumi:providers:celeriac::rabbit"]
    assert provider["passwordEnv"] == "RABBIT"
    assert "password" not in provider


def test_a_preview_works_while_the_servers_host_is_unknown() -> None:
    """A server made in the same `up` has no address yet: everything is registered all the same."""

    def program() -> dict[str, pulumi.Output[Any]]:
        host = unknown()
        server = RabbitMQServer("rabbit", host=host, management=unknown(), username="deployer")
        broker = RabbitMQBroker("orders", server=server, queues=QUEUES)
        results = PostgreSQLResults("orders", server=PostgreSQLServer("results", host=host))
        return CeleryApp("orders", broker=broker, result_backend=results).outputs()

    world, found = run(program, preview=True)
    assert "celeriac:celery:RoundTrip::orders" in world.registered
    assert found["broker_url"] == (None, True)
    assert found["settings"][0] is None


def test_an_administrators_password_does_not_go_in_clear() -> None:
    """A management API without TLS is refused, unless the program says that it means it."""

    def program() -> dict[str, pulumi.Output[Any]]:
        with pytest.raises(ValueError, match="write https://, or tls=False"):
            RabbitMQServer("rabbit", host="mq", management="http://mq:15672")
        RabbitMQServer("clear", host="mq", management="http://mq:15672", tls=False)
        return {}

    run(program)
