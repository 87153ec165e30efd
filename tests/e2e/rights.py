"""What servers refuse the app's own user, who comes with what the stack hands out and nothing else.

Each asks for something that is allowed first, so that it is the user whom a refusal is for.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
import redis
from amqp.exceptions import AccessRefused
from celery import Celery


def refused_by_rabbitmq(app: Celery) -> None:
    """In its own vhost the user can neither make a queue of another name nor read dead letters."""
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=5)  # of several hosts one may be down
        for act in (
            lambda c: c.queue_declare("another", durable=True),
            lambda c: c.basic_get("celeriac.dead-letter"),
            lambda c: c.queue_delete("celeriac.dead-letter"),
        ):
            channel = connection.channel()
            with pytest.raises(AccessRefused):
                act(channel)


def refused_by_redis(client: Any) -> None:
    """Another app's keys and an administrator's commands.

    Args:
        client: a client as the app's user.
    """
    assert client.ping()
    for command in (["GET", "other:key"], ["ACL", "LIST"], ["CONFIG", "GET", "*"], ["FLUSHDB"]):
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.execute_command(*command)


def refused_by_postgresql(result_backend: str) -> None:
    """Anything but rows.

    Args:
        result_backend: the URL, whose options are those of libpq.
    """
    url = re.sub(r"^db\+postgresql\+\w+", "postgresql", result_backend)
    database = unquote(urlsplit(url).path[1:])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select count(*) from celery_taskmeta")
        for statement in (
            "create table mine (id int)",
            "drop table celery_taskmeta",
            "alter table celery_taskmeta add column x int",
            "truncate celery_taskmeta",
            psycopg.sql.SQL("set role {}").format(psycopg.sql.Identifier(f"{database}_owner")),
            "create schema mine",
            "create temporary table mine (id int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
