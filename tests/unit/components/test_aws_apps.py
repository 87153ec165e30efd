"""Apps on servers that the same stack makes on AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.components.aws_network import ANSWERS
from tests.unit.components.aws_world import AwsWorld, is_secret, plain
from tests.unit.components.test_aws_servers import database, has, rabbitmq, redis
from tests.unit.components.world import run_in

from celeriac import (
    CeleryApp,
    PostgreSQLResults,
    RabbitMQBroker,
    RedisBroker,
    RedisResults,
    RPCResults,
)
from celeriac.stack.aws import make_servers

RABBIT = "aws:mq/broker:Broker::rabbit"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup::cache"
RESULTS = "aws:rds/instance:Instance::results"
USER = "elasticache/user:User"
MEMBER = "elasticache/userGroupAssociation:UserGroupAssociation"


def orders(**more: Any) -> CeleryApp:
    """On Amazon MQ and RDS."""
    servers: dict[str, Any] = make({"rabbit": rabbitmq(**more), "results": database(**more)})
    return CeleryApp(
        "orders",
        broker=RabbitMQBroker("orders", server=servers["rabbit"]),
        result_backend=PostgreSQLResults("orders", server=servers["results"]),
    )


def thumbs(**more: Any) -> CeleryApp:
    """On ElastiCache, both of it."""
    cache: Any = make({"cache": redis(**more)})["cache"]
    return CeleryApp(
        "thumbs",
        broker=RedisBroker("thumbs", server=cache),
        result_backend=RedisResults("thumbs", server=cache),
    )


def make(entries: dict[str, Any]) -> dict[str, Any]:
    """The servers."""
    return dict(make_servers(entries, None))


def ran(app: Callable[[], CeleryApp], *, preview: bool = False) -> tuple[AwsWorld, dict[str, Any]]:
    """What is registered for an app, and its outputs."""
    world = AwsWorld(answers=ANSWERS, preview=preview)
    with world.watching_options():
        return run_in(world, lambda: app().outputs())


def test_urls_are_those_of_amazon_mq_and_rds() -> None:
    """Hosts and ports from AWS's answers; TLS is verified on both sides."""
    _, found = ran(orders)
    assert found["broker_url"] == (
        "amqps://orders:orders-user-password@b-1234.mq.eu-west-1.on.aws:5671/orders",
        True,
    )
    host = "celeriac-test-results.abc.eu-west-1.rds.amazonaws.com:5432"
    login, tls = "orders:orders-login-password", "sslmode=verify-full&sslrootcert=system"
    assert found["result_backend"] == (
        f"db+postgresql+psycopg2://{login}@{host}/orders?{tls}",
        True,
    )
    assert '"server_hostname": "b-1234.mq.eu-west-1.on.aws"' in found["settings"][0]


def test_urls_are_those_of_elasticache() -> None:
    """With a user of its own on each side, and a certificate that is checked."""
    _, found = ran(thumbs)
    host = "master.celeriac-test-cache.euw1.cache.amazonaws.com:6379"
    tls = "ssl_cert_reqs=required&ssl_check_hostname=true"
    assert found["broker_url"] == (f"rediss://thumbs:thumbs-user-value@{host}/0?{tls}", True)
    assert found["result_backend"] == (
        f"rediss://thumbs-results:thumbs-results-user-value@{host}/0?{tls}",
        True,
    )


def test_a_shared_token_is_the_password_of_nobody() -> None:
    """ElastiCache's AUTH has no user name, and no user is made."""
    world, found = ran(lambda: thumbs(shared_auth_token=True))
    assert found["broker_url"][0].startswith("rediss://:cache-administrator-value@master.")
    assert found["broker_url"][1]
    assert world.all_of(USER) == {}


def test_rights_on_elasticache_are_the_contracts() -> None:
    """Its prefix, its channels, its commands; not what the engine of the rules does not know."""
    world, _ = ran(thumbs)
    user = world.aws(USER, "thumbs-user")
    has(user, userId="celeriac-test-cache-thumbs-user", userName="thumbs", engine="redis")
    assert is_secret(user["passwords"])
    assert plain(user["passwords"]) == ["thumbs-user-value"]
    rules = user["accessString"].split()
    reset, everything = rules.index("resetchannels"), rules.index("-@all")
    assert rules[:reset] == ["on", "~thumbs:*"]
    assert rules[reset + 1 : everything] == [
        "&thumbs:/0.celery.pidbox",
        "&thumbs:/0.celeryev/worker.*",
        "&thumbs:/0.celeryev/*",
    ]
    assert {"+brpop", "+evalsha", "+psubscribe"} < set(rules[everything:])
    assert [rule for rule in rules if "setinfo" in rule or rule == "+@all"] == []


def test_an_apps_user_joins_after_the_prefix_and_the_server() -> None:
    """Where the server cannot be reached, the prefix fails, and no user is made."""
    world, _ = ran(thumbs)
    for name in ("thumbs-user", "thumbs-results-user"):
        member = world.aws(MEMBER, name)
        assert member["userGroupId"] == "celeriac-test-cache-users"
        assert member["userId"] == f"celeriac-test-cache-{name}"
        after = world.options[f"aws:{MEMBER}::{name}"].dependencies
        assert [urn for urn in after if urn.endswith(CACHE.removeprefix("aws:"))] != []
        keys = name.replace("-user", "-keys")
        before = world.options[f"aws:{USER}::{name}"].dependencies
        assert [urn for urn in before if urn.endswith(f"redis:KeyPrefix::{keys}")] != []


def test_the_proof_waits_for_the_rights() -> None:
    """It connects as the app's users, and runs again when their rights change."""
    world, _ = ran(thumbs)
    proof = world.options["celeriac:celery:RoundTrip::thumbs"].dependencies
    for name in ("thumbs-user", "thumbs-results-user"):
        assert [urn for urn in proof if urn.endswith(f"UserGroupAssociation::{name}")] != []
    triggers = world.one("celery:RoundTrip", "thumbs")["triggers"]
    assert f"aws:{USER}::thumbs-user" in triggers


def test_the_administrators_name_is_not_an_apps() -> None:
    """Two users of one name cannot be in a group: said before AWS does."""

    def app() -> CeleryApp:
        cache: Any = make({"cache": redis()})["cache"]
        broker = RedisBroker("thumbs", server=cache, user="celeriac")
        return CeleryApp("thumbs", broker=broker, result_backend=RPCResults())

    with pytest.raises(ValueError, match="the user celeriac is the administrator of cache"):
        ran(app)


@pytest.mark.parametrize(
    ("app", "names"),
    [
        (
            orders,
            {
                "celeriac:rabbitmq:Vhost::orders-vhost": RABBIT,
                "celeriac:rabbitmq:User::orders-user": RABBIT,
                "celeriac:postgresql:Database::orders-database": RESULTS,
                "celeriac:postgresql:Role::orders-owner": RESULTS,
                "celeriac:postgresql:Role::orders-login": RESULTS,
            },
        ),
        (
            thumbs,
            {
                "celeriac:redis:KeyPrefix::thumbs-keys": CACHE,
                "celeriac:redis:KeyPrefix::thumbs-results-keys": CACHE,
                "celeriac:redis:Config::cache-eviction": CACHE,
            },
        ),
    ],
)
def test_what_is_on_a_server_goes_with_it(
    app: Callable[[], CeleryApp], names: dict[str, str]
) -> None:
    """Destroying the stack does not take apart what AWS deletes as a whole."""
    world, _ = ran(app)
    for key, server in names.items():
        assert world.options[key].deletedWith.endswith(server.removeprefix("aws:")), key


def test_users_of_elasticache_do_not_go_with_the_server() -> None:
    """AWS keeps users and their groups when a replication group is deleted."""
    world, _ = ran(thumbs)
    for name in ("thumbs-user", "thumbs-results-user"):
        assert world.options[f"aws:{USER}::{name}"].deletedWith == ""


@pytest.mark.parametrize("app", [orders, thumbs])
def test_a_preview_registers_all_of_it(app: Callable[[], CeleryApp]) -> None:
    """Hosts are unknown, and so are URLs and settings; nothing is skipped and nothing fails."""
    before, found = ran(app, preview=True)
    after, _ = ran(app)
    assert before.registered.keys() == after.registered.keys()
    assert found["broker_url"][0] is None


@pytest.mark.parametrize("app", [orders, thumbs])
def test_no_password_is_in_the_clear(app: Callable[[], CeleryApp]) -> None:
    """In no input of a resource, however deep, and in no output."""
    world, found = ran(app)
    inputs = {
        f"{key}.{name}": value
        for key, all_of_it in world.registered.items()
        for name, value in all_of_it.items()
    }
    assert [place for place, value in inputs.items() if in_the_clear(value)] == []
    assert "-value" in str(inputs) or "-password" in str(inputs)
    assert [
        name for name, (value, secret) in found.items() if "-password@" in str(value) and not secret
    ] == []


def in_the_clear(value: Any) -> bool:
    """Whether a password of the tests is somewhere in an input, outside of a secret."""
    if is_secret(value):
        return False
    if isinstance(value, dict):
        return any(map(in_the_clear, value.values()))
    if isinstance(value, list):
        return any(map(in_the_clear, value))
    return isinstance(value, str) and value.endswith(("-value", "-password"))
