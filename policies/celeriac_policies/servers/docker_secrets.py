"""Secrets of containers: there is one, nobody guesses it, and it is not on show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.containers import CONTAINERS, SERVICE, Container
from celeriac_policies.servers.passwords import IN_URL, NAMED, is_guessed
from celeriac_policies.servers.redis_conf import redis_conf

_ARGUMENT: Final = re.compile(
    r"(?i)--?(requirepass|masterauth|masterpass|password|passwd|secret|token|api-?key)[= ]+"
    r"(?![\"']?[$/-])\S"
)
"""An option with a secret behind it; neither a variable nor the path of a file."""

_VARIABLE: Final = re.compile(r"(?i)\b\w*(passw(?:or)?d|secret|token)=(?![\"']?[$/])\S")


@resource_rule(
    name="docker-no-secret-on-show",
    description="No secret is an argument or a label of a container, where everybody sees it.",
    severity=Severity.MEDIUM,
    reads=CONTAINERS,
    steps="Give it as a file (uploads, a secret of the swarm), which the server reads.",
    url="https://docs.docker.com/engine/swarm/secrets/",
)
def no_secret_on_show(resource: Resource, given: Settings) -> Iterator[str]:
    """`ps` and `docker inspect` show them, and every monitoring keeps them."""
    container = Container.of(resource)
    text = " ".join(container.arguments)
    option = _ARGUMENT.search(text) or _VARIABLE.search(text)
    if option:
        yield f"the arguments hold a secret ({option[1].lower()}): {_FILE}"
    elif any("$" not in found[1] for found in IN_URL.findall(text)):
        yield f"the arguments hold a URL with its password: {_FILE}"
    elif container.has_secret_argument:
        yield f"an argument is marked as a secret, and everybody sees it: {_FILE}"
    for name, value in container.labels:
        if value and (NAMED.search(name) or IN_URL.search(value)):
            yield f"the label {name} holds a secret: {_FILE}"


_FILE: Final = "give it as a file (uploads, or a secret of the swarm)"


@resource_rule(
    name="docker-no-default-password",
    description="No container is given a password that everybody guesses.",
    severity=Severity.CRITICAL,
    reads=CONTAINERS,
    steps="Make it with random.RandomPassword, or hand over a secret of the configuration.",
    url="https://www.rabbitmq.com/docs/production-checklist#users",
)
def no_default_password(resource: Resource, given: Settings) -> Iterator[str]:
    """`POSTGRES_PASSWORD=postgres` of every tutorial, `amqp://guest:guest@…` of the worker."""
    for name, value in Container.of(resource).environment.items():
        word = name.upper()
        if value and NAMED.search(word) and not word.endswith("_FILE") and _guessed(word, value):
            yield f"{name} is a default password: take 32 random letters"
        for user, password in IN_URL.findall(value):
            if is_guessed(password, user):
                yield f"the URL in {name} has a default password: take 32 random letters"


def _guessed(name: str, value: str) -> bool:
    """A switch as ALLOW_EMPTY_PASSWORD=yes is no password."""
    return "ALLOW" not in name and "EMPTY" not in name and is_guessed(value)


@resource_rule(
    name="docker-password-required",
    description="A server in a container wants a password of its own.",
    severity=Severity.CRITICAL,
    reads=CONTAINERS,
    steps="Give it a password: requirepass in redis.conf, RABBITMQ_DEFAULT_PASS and so on.",
    url="https://docs.docker.com/engine/swarm/secrets/",
)
def password_required(resource: Resource, given: Settings) -> Iterator[str]:
    """Who may send a task runs code in the workers."""
    container = Container.of(resource)
    software = container.software
    check = _OPEN.get(software.title) if software else None
    if check is not None:
        yield from check(container, _strict(resource, container))


def _strict(resource: Resource, container: Container) -> Mapping[str, str]:
    """All variables; who says that one is not there has to know every one."""
    props = resource.props
    if resource.type == SERVICE:
        env = props.map("taskSpec").map("containerSpec").map("env")
        return {name: str(env[name]) for name in env}
    _ = [str(text) for text in props.items_of("envs")]
    return container.environment


def _rabbitmq(container: Container, variables: Mapping[str, str]) -> Iterator[str]:
    configured = any(name.startswith("RABBITMQ_") and "CONFIG" in name for name in variables)
    files = [*container.files, *(mount.target for mount in container.mounts)]
    if configured or any(path.startswith("/etc/rabbitmq") for path in files):
        return
    if not variables.get("RABBITMQ_DEFAULT_PASS"):
        yield (
            "RabbitMQ starts with guest and the password guest, open to every host in this image: "
            "set RABBITMQ_DEFAULT_USER and RABBITMQ_DEFAULT_PASS"
        )


def _redis(container: Container, variables: Mapping[str, str]) -> Iterator[str]:
    conf = redis_conf(container)
    if variables.get("ALLOW_EMPTY_PASSWORD"):
        yield "ALLOW_EMPTY_PASSWORD lets everybody in: take it away and set a password"
    elif conf.lacks("requirepass") and conf.lacks("aclfile") and conf.lacks("user"):
        yield (
            "Redis lets everybody in: write requirepass or aclfile into a redis.conf, and start "
            "redis-server with it"
        )
    elif conf.values.get("requirepass") and is_guessed(conf.values["requirepass"]):
        yield "requirepass is a default password: take 32 random letters"


def _postgresql(container: Container, variables: Mapping[str, str]) -> Iterator[str]:
    if variables.get("POSTGRES_HOST_AUTH_METHOD") == "trust":
        yield "POSTGRES_HOST_AUTH_METHOD is trust, which lets everybody in: take it away"


def _mysql(container: Container, variables: Mapping[str, str]) -> Iterator[str]:
    for name, value in variables.items():
        if value and name.startswith(("MYSQL_ALLOW_EMPTY", "MARIADB_ALLOW_EMPTY", "ALLOW_EMPTY")):
            yield f"{name} lets everybody in as root: take it away and set a password"


def _mongodb(container: Container, variables: Mapping[str, str]) -> Iterator[str]:
    if not any("ROOT_PASSWORD" in name and value for name, value in variables.items()):
        yield "MongoDB lets everybody in: set MONGO_INITDB_ROOT_USERNAME and …_PASSWORD"


def _elasticsearch(container: Container, variables: Mapping[str, str]) -> Iterator[str]:
    if variables.get("xpack.security.enabled") == "false":
        yield "xpack.security.enabled is false, which lets everybody in: take it away"


_OPEN: Final[Mapping[str, Callable[[Container, Mapping[str, str]], Iterator[str]]]] = {
    "RabbitMQ": _rabbitmq,
    "Redis": _redis,
    "Valkey": _redis,
    "PostgreSQL": _postgresql,
    "MySQL": _mysql,
    "MariaDB": _mysql,
    "MongoDB": _mongodb,
    "Elasticsearch": _elasticsearch,
}
"""How it is told that a server wants no password, by its name."""


RULES: Final[tuple[ResourceRule, ...]] = (
    no_secret_on_show,
    no_default_password,
    password_required,
)
