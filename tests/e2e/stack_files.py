"""Stack files for the tests' servers."""

from __future__ import annotations

from typing import Any


def server_entries(servers: dict[str, Any], *, tls: bool = False) -> dict[str, Any]:
    """The servers section, over TLS or in clear; PostgreSQL's administrator is no superuser."""
    rabbit, redis, postgresql = servers["rabbitmq"], servers["redis"], servers["postgresql"]
    encrypted: dict[str, Any] = {"ca": {"file": servers["ca"]}, "caPath": servers["ca"]}
    clear: dict[str, Any] = {"tls": "off"}
    common = {"platform": "existing"} | (encrypted if tls else clear)
    if tls:
        addresses = {
            "rabbit": (f"amqps://localhost:{rabbit['amqps_port']}", rabbit["management_tls"]),
            "cache": f"rediss://localhost:{redis['tls_port']}/0",
        }
    else:
        addresses = {
            "rabbit": (f"amqp://{rabbit['host']}:{rabbit['amqp_port']}", rabbit["management"]),
            "cache": f"redis://{redis['host']}:{redis['port']}/0",
        }
    host = "localhost" if tls else postgresql["host"]
    return {
        "rabbit": common
        | {
            "kind": "rabbitmq",
            "url": addresses["rabbit"][0],
            "management": addresses["rabbit"][1],
            "username": rabbit["username"],
            "password": rabbit["password"],
        },
        "cache": common
        | {
            "kind": "redis",
            "url": addresses["cache"],
            "username": redis["username"],
            "password": redis["password"],
        },
        "results": common
        | {
            "kind": "postgresql",
            "url": f"postgresql://{host}:{postgresql['port']}",
            "username": postgresql["admin_username"],
            "password": postgresql["admin_password"],
        },
    }


def three_apps(word: str) -> dict[str, Any]:
    """One app of each pair, with queues, names and limits that need care."""
    return {
        f"orders-{word}": {
            "broker": {
                "server": "rabbit",
                "queues": {
                    "orders": {"default": True},
                    "bulk.emails": {"maxLength": 100000},
                    "réports (new)": {},
                },
            },
            "resultBackend": {"server": "results", "expires": "7d"},
            "longestTask": "2h",
            "uses": {"chords": True, "remoteControl": True, "beat": True},
        },
        f"thumbs-{word}": {
            "broker": {
                "server": "cache",
                "queues": {"thumbs": {"default": True}, "large.thumbs": {}},
            },
            "resultBackend": {"server": "cache", "expires": "1h"},
            "longestTask": "15m",
            "uses": {"chords": True, "remoteControl": True},
        },
        f"pings-{word}": {
            "broker": {"server": "rabbit", "delayedDelivery": "classic"},
            "resultBackend": {"kind": "rpc", "expires": "10m"},
            "longestTask": "1m",
        },
    }


def app_on(server: str, word: str) -> dict[str, Any]:
    """One of the three apps, with as little else as can be.

    Args:
        server: the server that it is about.
        word: in its name.
    """
    name = {"rabbit": "pings", "cache": "thumbs", "results": "orders"}[server] + f"-{word}"
    return {name: three_apps(word)[name]}
