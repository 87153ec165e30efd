"""What is on the real servers, to compare before and after."""

from __future__ import annotations

from typing import Any

import httpx
import psycopg
import redis


def inventory(servers: dict[str, Any], word: str) -> dict[str, list[str]]:
    """Everything on the servers whose name holds a word, by kind."""
    return {
        kind: sorted(name for name in names if word in name)
        for kind, names in (_rabbitmq(servers) | _redis(servers) | _postgresql(servers)).items()
    }


def _rabbitmq(servers: dict[str, Any]) -> dict[str, list[str]]:
    found = servers["rabbitmq"]
    with httpx.Client(
        base_url=found["management"], auth=(found["username"], found["password"])
    ) as http:
        return {
            "vhosts": [item["name"] for item in http.get("/api/vhosts").json()],
            "rabbitmq users": [item["name"] for item in http.get("/api/users").json()],
            "queues": [f"{q['vhost']}/{q['name']}" for q in http.get("/api/queues").json()],
            "policies": [f"{p['vhost']}/{p['name']}" for p in http.get("/api/policies").json()],
        }


def _redis(servers: dict[str, Any]) -> dict[str, list[str]]:
    found = servers["redis"]
    with redis.Redis(
        host=found["host"],
        port=found["port"],
        username=found["username"],
        password=found["password"],
        decode_responses=True,
    ) as client:
        registry = client.hgetall("celeriac:registry") if client.exists("celeriac:registry") else {}
        return {
            "acl users": list(client.acl_users()),
            "keys": list(client.scan_iter(count=1000)),
            "registry": [str(name) for name in registry],
        }


def _postgresql(servers: dict[str, Any]) -> dict[str, list[str]]:
    found = servers["postgresql"]
    with psycopg.connect(
        host=found["host"],
        port=found["port"],
        user=found["username"],
        password=found["password"],
        dbname="postgres",
    ) as connection:
        return {
            "roles": [row[0] for row in connection.execute("select rolname from pg_roles")],
            "databases": [row[0] for row in connection.execute("select datname from pg_database")],
        }
