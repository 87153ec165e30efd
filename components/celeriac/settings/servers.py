"""The servers of a stack file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celeriac.contract import server_problem
from celeriac.contract.pairing import RABBITMQ_MESSAGE
from celeriac.settings import readers
from celeriac.settings.addresses import Address, address
from celeriac.settings.section import Section
from celeriac.settings.server_model import AnyServer, PostgresqlServer, RabbitmqServer, RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.server_model import Reference

LATER_KINDS = (
    "sqs",
    "kafka",
    "pubsub",
    "mysql",
    "mariadb",
    "mongodb",
    "elasticsearch",
    "memcached",
)
LATER_PLATFORMS = ("docker", "aws")

_REFERENCE = (
    "the administrator's password, or {env: NAME}, {file: path} or {secret: ARN} for where it is"
)
_VHOSTS = "every app has a vhost of its own: broker.vhost in its entry"
_DATABASES = "the administrator's database is the key database, an app's is resultBackend.database"
_KEYS_OF_ONE_KIND = {
    "management": "rabbitmq",
    "maxMessageSize": "rabbitmq",
    "managesConfig": "redis",
    "persist": "redis",
    "database": "postgresql",
}
_MANAGEMENT_PATH = "the management API is found below the host"


def read_servers(raw: object, path: str, problems: list[str]) -> dict[str, AnyServer | None]:
    """All servers by name; None for one whose kind is not known."""
    section = Section(raw, path, problems)
    servers: dict[str, AnyServer | None] = {}
    for name in section:
        wrong = server_problem(name)
        if wrong is not None:
            section.problem(wrong, name)
        servers[name] = _read_server(name, section.child(name))
    return servers


def _read_server(name: str, entry: Section) -> AnyServer | None:
    if not entry.is_map:
        return None
    kind = entry.require(
        "kind",
        readers.choice("rabbitmq", "redis", "postgresql", later=LATER_KINDS),
        "rabbitmq, redis or postgresql",
    )
    platform = readers.choice("existing", later=LATER_PLATFORMS)
    if entry.require("platform", platform, "existing") is None and "url" not in entry:
        # Another platform's entry has other keys: one problem is enough.
        return None
    entry.refuse("via", "is not there yet: leave it out and run where the server can be reached")
    for key, other in _KEYS_OF_ONE_KIND.items():
        if kind not in (None, other):
            entry.refuse(key, f"is for a {other} server, and {name} is {kind}: leave it out")
    if kind == "rabbitmq":
        return _rabbitmq(name, entry)
    if kind == "redis":
        return _redis(name, entry)
    return _postgresql(name, entry) if kind == "postgresql" else None


def _rabbitmq(name: str, entry: Section) -> RabbitmqServer:
    common, encrypted = _common(name, entry, login=True)
    amqp = _address(
        entry, "url", address({"amqps": 5671}, {"amqp": 5672}, _VHOSTS, encrypted=encrypted)
    )
    management = _address(
        entry,
        "management",
        address({"https": 443}, {"http": 80}, _MANAGEMENT_PATH, encrypted=encrypted),
        "the URL of the management API, such as https://host:15671",
    )
    largest = entry.get("maxMessageSize", readers.size, RABBITMQ_MESSAGE)
    _check_tls(entry, encrypted, {amqp.scheme, management.scheme} & {"amqp", "http"})
    entry.finish()
    return RabbitmqServer(
        host=amqp.host,
        port=amqp.port,
        tls=amqp.scheme == "amqps",
        management=management.origin,
        max_message_size=largest,
        **common,
    )


def _redis(name: str, entry: Section) -> RedisServer:
    common, encrypted = _common(name, entry, login=False)
    found = _address(
        entry, "url", address({"rediss": 6379}, {"redis": 6379}, None, encrypted=encrypted)
    )
    db = 0
    if found.path.isascii() and found.path.isdigit():
        db = int(found.path)
    elif found.path:
        entry.problem(
            "has a path that is no number of a database: write one such as rediss://host:6379/0",
            "url",
        )
    _check_tls(entry, encrypted, {found.scheme} & {"redis"})
    server = RedisServer(
        host=found.host,
        port=found.port,
        tls=found.scheme == "rediss",
        db=db,
        manages_config=entry.get("managesConfig", readers.boolean, default=False),
        persist=entry.get("persist", readers.boolean, default=True),
        **common,
    )
    entry.finish()
    return server


def _postgresql(name: str, entry: Section) -> PostgresqlServer:
    common, encrypted = _common(name, entry, login=True)
    schemes = {"postgresql": 5432}
    found = _address(entry, "url", address(schemes, {}, _DATABASES, encrypted=encrypted))
    server = PostgresqlServer(
        host=found.host,
        port=found.port,
        tls=encrypted,
        database=entry.get("database", readers.text, "postgres"),
        **common,
    )
    entry.finish()
    return server


def _common(name: str, entry: Section, *, login: bool) -> tuple[dict[str, Any], bool]:
    """What every kind of server has, and whether `tls: off` is not written.

    `login` says whether a user name and a password are needed (a client certificate will do).
    """
    certificate = entry.get("clientCertificate", readers.key_file, None)
    key = entry.get("clientKey", readers.key_file, None)
    for one, other in (("clientCertificate", "clientKey"), ("clientKey", "clientCertificate")):
        if one in entry and other not in entry:
            entry.problem(f"is missing: {one} needs it", other)
    common: dict[str, Any] = {
        "name": name,
        "ca": entry.get("ca", readers.certificate, None),
        "ca_path": entry.get("caPath", readers.app_path, None),
        "client_certificate": certificate,
        "client_key": key,
        "timeout": entry.get("timeout", readers.duration(), None),
    }
    secret: Callable[[object], Reference] = readers.password
    needed = login and certificate is None
    common["password"] = found = (
        entry.require("password", secret, _REFERENCE)
        if needed
        else entry.get("password", secret, None)
    )
    # The secret that RDS keeps has the name in it.
    if needed and (found is None or found.secret is None):
        common["username"] = entry.require("username", readers.text, "the administrator's name")
    else:
        common["username"] = entry.get("username", readers.text, None)
    return common, entry.get("tls", readers.switch, default=True)


def _address(
    entry: Section, key: str, read: Callable[[object], Address], write: str = "the server's URL"
) -> Address:
    return entry.require(key, read, write) or Address("", "localhost", 1, "")


def _check_tls(entry: Section, encrypted: bool, plain: set[str]) -> None:
    if not encrypted and not plain and not {"url", "management"} & entry.wrong:
        entry.problem("is off, and no URL beside it is unencrypted: leave it out", "tls")
