"""What the engine is asked for, from a container's inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docker.api.client import APIClient
from docker.types import LogConfig, Mount

from tests.standins.docker.resource import Values, labels_of

_UNITS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


def bytes_of(mebibytes: int | None) -> int | None:
    """A size of the plugin's as one of the engine's; -1 is without limit."""
    return mebibytes * 1024**2 if mebibytes and mebibytes > 0 else mebibytes


def nanoseconds(duration: str) -> int:
    """A duration of Go's: `3s`, `1m30s`."""
    parts = re.findall(r"(\d+)(ms|s|m|h)", duration)
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def check(inputs: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A health check."""
    if inputs is None:
        return None
    return {
        "test": inputs["tests"],
        "interval": nanoseconds(inputs.get("interval", "0s")),
        "timeout": nanoseconds(inputs.get("timeout", "0s")),
        "start_period": nanoseconds(inputs.get("startPeriod", "0s")),
        "retries": inputs.get("retries", 0),
    }


def port(inputs: Mapping[str, Any]) -> str:
    """A port inside, as the engine names it."""
    return f"{inputs['internal']}/{inputs.get('protocol', 'tcp')}"


def body(api: APIClient, inputs: Values) -> dict[str, Any]:
    """Arguments of `create_container`."""
    networks = inputs.get("networksAdvanced", [])
    ports = inputs.get("ports", [])
    return {
        "name": inputs["name"],
        "image": inputs["image"],
        "command": inputs.get("command"),
        "entrypoint": inputs.get("entrypoints"),
        "environment": inputs.get("envs"),
        "user": inputs.get("user"),
        "hostname": inputs.get("hostname"),
        "labels": labels_of(inputs),
        "healthcheck": check(inputs.get("healthcheck")),
        "stop_timeout": inputs.get("stopTimeout"),
        "ports": [(p["internal"], p.get("protocol", "tcp")) for p in ports],
        "host_config": _host(api, inputs),
        # The others are connected to when it is there: older engines take one only.
        "networking_config": {
            "EndpointsConfig": {
                n["name"]: api.create_endpoint_config(aliases=n.get("aliases"))
                for n in networks[:1]
            }
        },
    }


def _host(api: APIClient, inputs: Values) -> dict[str, Any]:
    networks = inputs.get("networksAdvanced", [])
    capabilities = inputs.get("capabilities", {})
    log = None
    if "logDriver" in inputs or "logOpts" in inputs:
        log = LogConfig(type=inputs.get("logDriver", "json-file"), config=inputs.get("logOpts", {}))
    made: dict[str, Any] = api.create_host_config(
        # The plugin takes the default network and leaves it again: not every engine has one.
        network_mode=inputs.get("networkMode") or (networks[0]["name"] if networks else "bridge"),
        port_bindings={
            port(p): (p.get("ip", "0.0.0.0"), p.get("external"))  # noqa: S104 - the plugin's default
            for p in inputs.get("ports", [])
        },
        mounts=[
            Mount(m["target"], m.get("source"), m["type"], read_only=m.get("readOnly", False))
            for m in inputs.get("mounts", [])
        ],
        mem_limit=bytes_of(inputs.get("memory")),
        memswap_limit=bytes_of(inputs.get("memorySwap")),
        shm_size=bytes_of(inputs.get("shmSize")),
        restart_policy={"Name": inputs["restart"]},
        log_config=log,
        read_only=inputs.get("readOnly", False),
        cap_add=capabilities.get("adds"),
        cap_drop=capabilities.get("drops"),
        security_opt=inputs.get("securityOpts"),
        init=inputs.get("init"),
    )
    return made
