"""Redis: rights that hold for the app's keys alone, and settings that match on both sides."""

from __future__ import annotations

import fnmatch
import json
from typing import Any

import pytest
from celery import Celery
from celery.backends.redis import RedisBackend
from hypothesis import given
from hypothesis import strategies as st
from kombu.transport.redis import Channel

from celeriac.contract import (
    AclRules,
    Keyspace,
    Queue,
    Role,
    acl_rules,
    glob_escape,
    merge,
    redis_result_settings,
    redis_settings,
    redis_url,
    to_json,
)

SPACE = Keyspace("app1:", 0)
QUEUES = (Queue(name="orders", default=True), Queue(name="emails"))
WORKER = (
    "+ping +select +multi +exec +discard +watch +unwatch +get +set +setex +mget +del +exists "
    "+expire +pexpire +incr +incrby +lpush +rpush +brpop +rpop +llen +lrange +hset +hget +hdel "
    "+sadd +srem +smembers +sismember +zadd +zrem +zrange +zrangebyscore +zrevrangebyscore "
    "+zcount +time +eval +evalsha +script|load +script|exists +publish +subscribe +unsubscribe "
    "+psubscribe +punsubscribe"
)


def test_a_worker_with_both_sides_on_one_redis() -> None:
    """The rules that a real worker was proved with, token by token."""
    rules = acl_rules(Role.WORKER, broker=SPACE, results=SPACE, queues=["q"])
    assert rules == AclRules(
        keys=(
            "~app1:*",
            "~app1:celery-task-meta-*",
            "~app1:celery-taskset-meta-*",
            "~app1:chord-unlock-*",
        ),
        channels=(
            "&app1:/0.celery.pidbox",
            "&app1:/0.celeryev/worker.*",
            "&app1:/0.celeryev/*",
            "&app1:celery-task-meta-*",
            "&app1:celery-taskset-meta-*",
        ),
        commands=("-@all", *WORKER.split()),
    )


def test_subcommands_that_an_old_redis_would_refuse() -> None:
    """client|setinfo is unknown before 7.2, and one unknown token refuses the whole user."""
    rules = acl_rules(Role.WORKER, broker=SPACE)
    assert rules.optional_commands == ("+client|setinfo", "+client|setname")
    assert set(rules.optional_commands) & set(rules.commands) == set()


def test_channels_have_the_databases_number() -> None:
    """Kombu puts it into the names of its channels, and not into its keys."""
    rules = acl_rules(Role.WORKER, broker=Keyspace("app1:", 5))
    assert rules.channels == (
        "&app1:/5.celery.pidbox",
        "&app1:/5.celeryev/worker.*",
        "&app1:/5.celeryev/*",
    )


def test_a_producer_knows_its_queues_only() -> None:
    """It sends to the queues and reads results; it does not take tasks from a queue."""
    rules = acl_rules(Role.PRODUCER, broker=SPACE, results=SPACE, queues=["orders", "a*b"])
    assert rules.keys == (
        "~app1:orders",
        "~app1:orders\x06\x16*",
        "~app1:a\\*b",
        "~app1:a\\*b\x06\x16*",
        "~app1:_kombu.binding*",
        "~app1:celery-task-meta-*",
        "~app1:celery-taskset-meta-*",
    )
    assert rules.channels == (
        "&app1:/0.celeryev/task.*",
        "&app1:celery-task-meta-*",
        "&app1:celery-taskset-meta-*",
    )
    assert not {"+brpop", "+rpop", "+lrange", "+psubscribe"} & set(rules.commands)
    assert {"+lpush", "+llen", "+mget", "+subscribe"} < set(rules.commands)


def test_a_monitor_reads_queues_and_no_results() -> None:
    """Queue lengths are for reading only; results are none of its business."""
    rules = acl_rules(Role.MONITOR, broker=SPACE, results=SPACE, queues=["q"])
    assert rules.keys == (
        "~app1:*.reply.celery.pidbox*",
        "~app1:_kombu.binding*",
        "~app1:celeryev.*",
        "~app1:unacked*",
        "%R~app1:q",
        "%R~app1:q\x06\x16*",
    )
    assert rules.channels == ("&app1:/0.celery.pidbox", "&app1:/0.celeryev/*")


def test_results_alone() -> None:
    """An app whose broker is elsewhere gets the keys of results and nothing of kombu's."""
    rules = acl_rules(Role.WORKER, results=SPACE)
    assert rules.keys == (
        "~app1:celery-task-meta-*",
        "~app1:celery-taskset-meta-*",
        "~app1:chord-unlock-*",
    )
    assert rules.channels == ("&app1:celery-task-meta-*", "&app1:celery-taskset-meta-*")


def test_tokens_reset_what_was_allowed_before() -> None:
    """Given to ACL SETUSER in this order they leave nothing of an earlier state."""
    rules = acl_rules(Role.WORKER, results=SPACE)
    assert rules.tokens == (
        "resetkeys",
        *rules.keys,
        "resetchannels",
        *rules.channels,
        *rules.commands,
    )


@given(text=st.text(st.sampled_from("ab*?[]^-!\\."), min_size=1), other=st.text(max_size=5))
def test_an_escaped_name_is_no_pattern(text: str, other: str) -> None:
    """Read as a glob, an escaped name stands for itself."""
    unescaped = glob_escape(text).replace("\\\\", "\0")
    for char in "*?[]":
        unescaped = unescaped.replace(f"\\{char}", f"[{char}]")
    pattern = unescaped.replace("\0", "\\")
    assert fnmatch.fnmatchcase(text, pattern)
    assert fnmatch.fnmatchcase(other, pattern) is (other == text)


def redis_app(**options: Any) -> Celery:
    """A Celery app that has only what an app gets from us."""
    app = Celery("t", set_as_current=False)
    app.conf.broker_url = app.conf.result_backend = redis_url(
        host="h", port=6379, user="u", password="p", db=0
    )
    settings = merge(
        redis_settings(QUEUES, prefix="app1:", visibility_timeout=3600, **options),
        redis_result_settings(prefix="app1:", expires=60),
    )
    app.conf.update(json.loads(to_json(settings)))
    return app


def test_celery_reads_the_settings() -> None:
    """Prefix and timeout are the same on both sides, and the timeout is still an int."""
    app = redis_app()
    backend = app.backend
    assert isinstance(backend, RedisBackend)
    assert backend.get_key_for_task("x") == b"app1:celery-task-meta-x"
    assert backend.get_key_for_group("x") == b"app1:celery-taskset-meta-x"
    assert backend.expires == 60
    options = app.connection_for_write().transport_options
    assert options == {"global_keyprefix": "app1:", "visibility_timeout": 3600}
    assert app.conf.result_backend_transport_options == options
    assert (app.conf.visibility_timeout, type(app.conf.visibility_timeout)) == (3600, int)
    assert set(options) <= set(Channel.from_transport_options)


def test_celery_knows_the_queues() -> None:
    """A worker without -Q consumes all; a task without a queue goes to the default."""
    app = redis_app()
    assert set(app.amqp.queues.consume_from) == {"orders", "emails"}
    assert app.amqp.default_queue.name == "orders"
    assert {queue.exchange.type for queue in app.amqp.queues.values()} == {"direct"}


@pytest.mark.parametrize(
    ("priorities", "expected"),
    [
        (None, {}),
        (2, {"queue_order_strategy": "priority"}),
        (6, {"queue_order_strategy": "priority", "priority_steps": [0, 1, 2, 3, 4, 5]}),
    ],
)
def test_priorities(priorities: int | None, expected: dict[str, object]) -> None:
    """Kombu has four levels unless told otherwise, and heeds them only in this order."""
    settings = redis_settings(QUEUES, prefix="p:", visibility_timeout=1, priorities=priorities)
    options = settings["broker_transport_options"]
    assert options == {"global_keyprefix": "p:", "visibility_timeout": 1, **expected}
