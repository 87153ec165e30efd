"""What the programs in tools/servers do."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from local_servers.bad_tls import Expired, WrongHost
from local_servers.certificates import ensure_certificates, folder_of
from local_servers.debian import DebianRoot, install_helpers
from local_servers.docker import DockerEngine
from local_servers.elasticmq import ElasticMQ
from local_servers.elasticsearch import Elasticsearch
from local_servers.errors import ServerError
from local_servers.instance import Instance, write_private
from local_servers.kafka import Kafka
from local_servers.memcached import Memcached, SecondMemcached
from local_servers.mongo_java import MongoJava
from local_servers.moto import Moto
from local_servers.mysql import MariaDB, MySQL
from local_servers.node import NodeProgram
from local_servers.postgresql import PostgreSQL, PostgreSQL15
from local_servers.pubsub import PubSub
from local_servers.rabbitmq import NewestRabbitMQ, RabbitMQ
from local_servers.redis import BareRedis, OldestRedis, Redis
from local_servers.sshd import Private, Sshd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local_servers.programs import Program
    from local_servers.server import Server

_SERVERS: dict[str, tuple[type[Server], ...]] = {
    "local": (RabbitMQ, Redis, PostgreSQL),
    "test": (
        RabbitMQ, Redis, PostgreSQL, PostgreSQL15, BareRedis, OldestRedis, WrongHost, Expired,
        NewestRabbitMQ, Moto, ElasticMQ, Sshd, Private,
    ),
}  # fmt: skip

# Started by the tests that need them, one by one, and not by `up`; `install` fetches them all the
# same, and `down` stops them.
_ON_DEMAND: dict[str, tuple[type[Server], ...]] = {
    "local": (),
    "test": (
        MariaDB,
        MySQL,
        Kafka,
        Memcached,
        SecondMemcached,
        MongoJava,
        Elasticsearch,
        DockerEngine,
        PubSub,
    ),
}

# What else the tests run: it evaluates IAM policies.
IAM_SIMULATOR = NodeProgram("iam-simulator")
_OTHERS: dict[str, tuple[NodeProgram, ...]] = {"local": (), "test": (IAM_SIMULATOR,)}

# What tests start by themselves, each only where it is needed: `up` leaves it alone.
VALKEY = DebianRoot("trixie", ("valkey-server",), 40)
_FOR_TESTS: dict[str, tuple[DebianRoot, ...]] = {"local": (), "test": (VALKEY,)}

# The newest release of a moving target, or what not every machine can run: its absence is a
# warning, and tests are skipped.
_OPTIONAL = (NewestRabbitMQ, MySQL, DockerEngine)

_ALL = {kind.name: kind for kind in (*_SERVERS["test"], *_ON_DEMAND["test"])}


def up(instance: Instance) -> None:
    """Start every server of the instance and write servers.json."""
    began = time.monotonic()
    with _locked(instance):
        ensure_certificates(instance)
        servers = _with_programs(instance)
        with ThreadPoolExecutor() as pool:
            starting = [(server, pool.submit(server.start)) for server in servers]
        failures = [error for server, future in starting if (error := _failure(server, future))]
        _describe(instance)
    if failures:
        raise ServerError("\n".join(failures))
    names = ", ".join(server.name for server, future in starting if _did(future))
    took = f"{time.monotonic() - began:.1f} s"
    print(f"{instance.name}: " + (f"{names} started in {took}" if names else "all servers run"))


def down(instance: Instance) -> None:
    """Stop every server of the instance."""
    with _locked(instance), ThreadPoolExecutor() as pool:
        kinds = (*_SERVERS[instance.name], *_ON_DEMAND[instance.name])
        servers = [kind(instance) for kind in kinds]
        stopped = list(pool.map(lambda server: server.stop(), servers))
        instance.give_back_memory(server.name for server in servers)
    names = ", ".join(server.name for server, did in zip(servers, stopped, strict=True) if did)
    print(f"{instance.name}: " + (f"{names} stopped" if names else "no server ran"))


def one(kind: type[Server], action: str, instance: Instance) -> int:
    """Do `start`, `stop` or `status` with one server; the exit code is that of service scripts."""
    server = kind(instance)
    if action == "status":
        ports = ", ".join(f"{use} {port}" for use, port in server.ports.items())
        state = f"runs (pid {server.process.pid})" if server.running else "does not run"
        print(f"{instance.name}: {server.name} {state}; ports on 127.0.0.1: {ports}")
        return 0 if server.running else 3
    with _locked(instance):
        if action == "start":
            ensure_certificates(instance)
            print(f"{server.name} " + ("started" if server.start() else "runs already"))
        else:
            print(f"{server.name} " + ("stopped" if server.stop() else "did not run"))
        _describe(instance)
    return 0


def install(names: Sequence[str]) -> None:
    """Fetch what the instances need; nothing is started."""
    for name in names:
        _with_programs(Instance(name), more=_ON_DEMAND[name])


@contextlib.contextmanager
def _locked(instance: Instance) -> Iterator[None]:
    """One at a time, so that two runs at once do not start a server twice."""
    instance.prepare()
    with (instance.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _with_programs(instance: Instance, more: Sequence[type[Server]] = ()) -> list[Server]:
    """The servers whose programs are there; what is missing is fetched, side by side."""
    servers = [kind(instance) for kind in (*_SERVERS[instance.name], *more)]
    needed: dict[Program, Server | None]
    needed = {program: None for other in _OTHERS[instance.name] for program in other.needs}
    needed |= dict.fromkeys(_FOR_TESTS[instance.name])
    needed |= {program: server for server in servers for program in server.needs}
    missing = [program for program in needed if program.find() is None]
    if any(isinstance(program, DebianRoot) for program in missing):
        install_helpers()
    with ThreadPoolExecutor() as pool:
        making = {program: pool.submit(program.ensure) for program in missing}
    absent: set[Program] = set()
    for program, future in making.items():
        error = _failure(needed[program], future)
        if error:
            raise ServerError(error)
        if future.exception():
            absent.add(program)
    return [server for server in servers if not absent.intersection(server.needs)]


def _failure(server: Server | None, future: Future[Any]) -> str | None:
    """What a user should know of a failure; our own bugs are raised."""
    error = future.exception()
    if error is None:
        return None
    if not isinstance(error, ServerError):
        raise error
    if isinstance(server, _OPTIONAL):
        print(f"{server.name} is left out: {error}", file=sys.stderr)
        return None
    return str(error)


def _did(future: Future[bool]) -> bool:
    return future.exception() is None and future.result()


def _describe(instance: Instance) -> None:
    """Write servers.json: the servers that run, and how to reach and administer them."""
    running = [server for kind in _ALL.values() if (server := kind(instance)).running]
    entries = {server.name.replace("-", "_"): server.describe() for server in running}
    folder = folder_of(instance)
    tls: dict[str, object] = {
        "ca": str(folder / "ca.pem"),
        "client": {
            "certificate": str(folder / "client.pem"),
            "key": str(folder / "client.key"),
        },
    }
    for name in ("tls_wrong_host", "tls_expired"):
        if name in entries:
            tls[name.removeprefix("tls_")] = entries.pop(name)
    everything = {"ca": tls["ca"], "tls": tls, **entries}
    write_private(instance.folder / "servers.json", json.dumps(everything, indent=2) + "\n")


def main(program: str, arguments: Sequence[str]) -> int:
    """Run the program called `program`, one of the links beside this package."""
    parser = argparse.ArgumentParser(prog=f"tools/servers/{program}", description=__doc__)
    if program in _ALL:
        parser.add_argument("action", choices=("start", "stop", "status"))
    if program == "install":
        parser.add_argument("instance", nargs="*", default=list(_SERVERS), help="default: all")
    else:
        parser.add_argument("instance", nargs="?", default="local", help="local (default) or test")
    options = parser.parse_args(arguments)
    try:
        if program == "install":
            install(options.instance)
            return 0
        instance = Instance(options.instance)
        if program in _ALL:
            return one(_ALL[program], options.action, instance)
        {"up": up, "down": down}[program](instance)
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
