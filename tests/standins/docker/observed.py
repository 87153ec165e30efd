"""What a container is, beside what its state says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.standins.docker import request
from tests.standins.docker.resource import Values

Inspected = Mapping[str, Any]
_MIB = 1024**2


def changed(found: Inspected, state: Values) -> Values:
    """Inputs that are otherwise on the engine than in the state.

    What the program did not give is the engine's or the image's own, and not looked at.

    Args:
        found: what `docker inspect` says.
        state: the resource's.
    """
    now: Values = {"name": found["Name"].removeprefix("/")}
    for key, (from_engine, normal) in _READ.items():
        if key in state:
            value = from_engine(found)
            if _sorted(value) != _sorted(normal(state[key])):
                now[key] = value
    return now


def _same(value: Any) -> Any:
    return value


def _sorted(value: Any) -> Any:
    """Lists of objects have no order."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sorted(value, key=lambda item: json.dumps(item, sort_keys=True))
    return value


def _ports(found: Inspected) -> list[dict[str, Any]]:
    bound = found["HostConfig"]["PortBindings"] or {}
    return [
        {
            "internal": int(inside.partition("/")[0]),
            "protocol": inside.partition("/")[2],
            "ip": outside["HostIp"],
            "external": int(outside["HostPort"]),
        }
        for inside, bindings in bound.items()
        for outside in bindings
    ]


def _ports_given(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"protocol": "tcp", "ip": "0.0.0.0"} | port for port in given]  # noqa: S104 - default


def _mounts(found: Inspected) -> list[dict[str, Any]]:
    return [
        {
            "type": mount["Type"],
            "source": mount.get("Source", ""),
            "target": mount["Target"],
            "readOnly": mount.get("ReadOnly", False),
        }
        for mount in found["HostConfig"].get("Mounts") or []
    ]


def _mounts_given(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"readOnly": False, "source": ""} | mount for mount in given]


def _check(found: Inspected) -> dict[str, Any] | None:
    check = found["Config"].get("Healthcheck")
    if check is None:
        return None
    return {
        "tests": check.get("Test"),
        "interval": f"{check.get('Interval', 0)}ns",
        "timeout": f"{check.get('Timeout', 0)}ns",
        "startPeriod": f"{check.get('StartPeriod', 0)}ns",
        "retries": check.get("Retries", 0),
    }


def _check_given(given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = request.check(given)
    assert wanted is not None
    return {
        "tests": wanted["test"],
        "interval": f"{wanted['interval']}ns",
        "timeout": f"{wanted['timeout']}ns",
        "startPeriod": f"{wanted['start_period']}ns",
        "retries": wanted["retries"],
    }


_READ: Mapping[str, tuple[Callable[[Inspected], Any], Callable[[Any], Any]]] = {
    "image": (lambda found: found["Image"], _same),
    "command": (lambda found: found["Config"]["Cmd"], _same),
    "entrypoints": (lambda found: found["Config"]["Entrypoint"], _same),
    "user": (lambda found: found["Config"]["User"], _same),
    "hostname": (lambda found: found["Config"]["Hostname"], _same),
    "memory": (lambda found: found["HostConfig"]["Memory"] // _MIB, _same),
    "restart": (lambda found: found["HostConfig"]["RestartPolicy"]["Name"], _same),
    "logDriver": (lambda found: found["HostConfig"]["LogConfig"]["Type"], _same),
    "logOpts": (lambda found: found["HostConfig"]["LogConfig"]["Config"], _same),
    "ports": (_ports, _ports_given),
    "mounts": (_mounts, _mounts_given),
    "healthcheck": (_check, _check_given),
}
"""As the plugin reads them; environment, labels, uploads and networks it does not look at."""
