"""The servers of a stack file on platform existing: attached to, and not made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celeriac.contract.pairing import RABBITMQ_MESSAGE, SQS_MESSAGE
from celeriac.settings import readers
from celeriac.settings.addresses import Address, address
from celeriac.settings.aws import kms_key
from celeriac.settings.aws import region as regions
from celeriac.settings.aws_servers import message_size
from celeriac.settings.kafka import further_servers, mechanism
from celeriac.settings.pubsub import read_pubsub
from celeriac.settings.rabbitmq_addresses import read_amqp_hosts
from celeriac.settings.redis_addresses import read_redis_address
from celeriac.settings.server_model import (
    AnyServer,
    KafkaServer,
    MysqlServer,
    PostgresqlServer,
    RabbitmqServer,
    RedisServer,
    SqsServer,
)
from celeriac.settings.store_servers import read_elasticsearch, read_memcached, read_mongodb
from celeriac.settings.via import read_via
from celeriac.settings.without import EXISTING_SQS, read_without

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.section import Section
    from celeriac.settings.server_model import Aws, Kind, Reference

_REFERENCE = (
    "the administrator's password, or {env: NAME}, {file: path} or {secret: ARN} for where it is"
)
_DATABASES = "the administrator's database is the key database, an app's is resultBackend.database"
_DATABASES_OF_MYSQL = "an app's database is resultBackend.database"
_NO_CA_PATH = (
    "cannot be told to kombu, whose workers know the authorities of Python's certifi: leave it "
    "out, and give the endpoint a certificate of one of those"
)
_MANAGEMENT_PATH = "the management API is found below the host"
_QUEUES = "queues are found by their names"
_TOPICS = "queues are topics of the cluster"


def read_existing(name: str, kind: Kind, entry: Section, aws: Aws) -> AnyServer:
    """A server of any kind."""
    if kind in ("sqs", "pubsub"):
        return _sqs(name, entry, aws.region) if kind == "sqs" else read_pubsub(name, entry)
    if "without" in entry:
        entry.refuse("without", f"is for what this stack makes, and {name} exists: leave it out")
    if kind == "rabbitmq":
        return _rabbitmq(name, entry)
    if kind == "redis":
        return _redis(name, entry)
    if kind == "kafka":
        return _kafka(name, entry)
    if kind == "memcached":
        return read_memcached(name, entry)
    if kind == "mongodb":
        return read_mongodb(name, entry)
    if kind == "elasticsearch":
        return read_elasticsearch(name, entry)
    if kind == "mysql":
        return _mysql(name, entry)
    return _postgresql(name, entry)


def _sqs(name: str, entry: Section, region_of_aws: str) -> SqsServer:
    """An AWS account of which nothing but the queues is ours, or an SQS-compatible server."""
    entry.refuse("caPath", _NO_CA_PATH)
    entry.refuse("via", f"is for servers in a network, and {name} is a service: leave it out")
    for key in ("clientCertificate", "clientKey"):
        entry.refuse(key, "is of no use to SQS, which takes an access key: leave it out")
    encrypted = entry.get("tls", readers.switch, default=True)
    endpoint = address({"https": 443}, {"http": 80}, _QUEUES, encrypted=encrypted)
    found = entry.get("url", endpoint, None)
    if found is not None and ":" in found.host:
        entry.problem("has an IPv6 address, which kombu cannot read: write a host name", "url")
    if found is None or found.scheme == "https":
        _check_tls(entry, encrypted, set())
    username = entry.get("username", readers.text, None)
    password = entry.get("password", readers.password, None)
    named = password is not None and password.secret is not None
    for one, other in (("username", "password"), ("password", "username")):
        if one in entry and other not in entry and not named:
            entry.problem(f"is missing: {one} needs it", other)
    on_aws = "url" not in entry
    region: Callable[[object], str] = regions if on_aws else readers.text
    where = entry.get("region", region, None) or (region_of_aws if on_aws else "")
    if not where and "region" not in entry.wrong:
        entry.problem("is missing: write the region of the queues, such as eu-west-1", "region")
    server = SqsServer(
        name=name,
        region=where,
        url=None if found is None else found.origin,
        username=username,
        password=password,
        ca=entry.get("ca", readers.certificate, None),
        kms_key=entry.get("kmsKey", kms_key(where or None), None),
        max_message_size=entry.get("maxMessageSize", message_size, SQS_MESSAGE),
        timeout=entry.get("timeout", readers.duration(), None),
        without=read_without(entry, EXISTING_SQS, "sqs on existing"),
    )
    entry.finish()
    return server


def _rabbitmq(name: str, entry: Section) -> RabbitmqServer:
    common, encrypted = _common(name, entry, login=True)
    hosts = read_amqp_hosts(entry, encrypted=encrypted)
    amqp = hosts.first
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
        failover=hosts.failover,
        management=management.origin,
        max_message_size=largest,
        **common,
    )


def _redis(name: str, entry: Section) -> RedisServer:
    common, encrypted = _common(name, entry, login=False)
    found = read_redis_address(entry, encrypted=encrypted)
    _check_tls(entry, encrypted, set() if found.tls or not found.on_network else {"redis"})
    server = RedisServer(
        host=found.host,
        port=found.port,
        tls=found.tls,
        db=found.db,
        form=found.form,
        sentinel_password=found.sentinel_password,
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


def _kafka(name: str, entry: Section) -> KafkaServer:
    entry.refuse(
        "via",
        "cannot lead to Kafka, whose brokers say by themselves where clients find them: leave it "
        "out, and run pulumi inside its network",
    )
    for key in ("clientCertificate", "clientKey"):
        entry.refuse(key, "is not for Kafka, where the administrator has a password: leave it out")
    common, encrypted = _common(name, entry, login=True)
    schemes = address({"kafka+ssl": 9093}, {"kafka": 9092}, _TOPICS, encrypted=encrypted)
    found = _address(entry, "url", schemes)
    _check_tls(entry, encrypted, {found.scheme} & {"kafka"})
    server = KafkaServer(
        host=found.host,
        port=found.port,
        tls=found.scheme == "kafka+ssl",
        servers=entry.get("servers", further_servers, ()),
        mechanism=entry.get("mechanism", mechanism, "SCRAM-SHA-512"),
        **common,
    )
    entry.finish()
    return server


def _mysql(name: str, entry: Section) -> MysqlServer:
    common, encrypted = _common(name, entry, login=True)
    schemes = {"mysql": 3306, "mariadb": 3306}
    found = _address(entry, "url", address(schemes, {}, _DATABASES_OF_MYSQL, encrypted=encrypted))
    entry.refuse("database", f"is for a postgresql server, and {name} is mysql: leave it out")
    if encrypted and common["ca_path"] is None and "caPath" not in entry.wrong:
        entry.problem(
            "is missing: PyMySQL verifies a server only with the file of its CA, so write the "
            "path on the apps' hosts, such as /etc/ssl/certs/ca-certificates.crt",
            "caPath",
        )
    server = MysqlServer(host=found.host, port=found.port, tls=encrypted, **common)
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
        "via": read_via(entry),
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
