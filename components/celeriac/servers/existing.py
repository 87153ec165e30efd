"""Platform `existing`: servers that run already. Nothing is made on them until an app is."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack
from urllib.parse import quote

import pulumi

from celeriac.contract import RedisSentinels, RedisSocket, Tls
from celeriac.parts import Address, RedisUser
from celeriac.reach import via_input
from celeriac.resources import Provider, redis
from celeriac.servers.references import Text, password_properties, path_of, pem_of, text_of
from celeriac.servers.underlying import NOTHING
from celeriac.settings import Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract import AclRules, Failover, RedisForm
    from celeriac.servers.underlying import Underlying
    from celeriac.settings import Via


class Connection(TypedDict, total=False):
    """How the administrator connects: the same for every system."""

    username: pulumi.Input[str] | None
    """The administrator. On PostgreSQL it needs LOGIN, CREATEROLE and CREATEDB, no more."""
    password: Text | None
    """Its password, or a `Reference` that the provider resolves and never stores."""
    ca: Text | None
    """PEM of the CA that signed the server's certificate. Default: the system's CAs."""
    ca_path: str | None
    """Path of that CA on the hosts of the apps, written into their settings."""
    client_certificate: Reference | None
    """The administrator's client certificate, as `Reference(file=…)`."""
    client_key: Reference | None
    """Its key, as `Reference(file=…)`."""
    timeout: float | None
    """Seconds that one operation may wait for the server. Default: 30."""
    via: Via | None
    """How the administrator and the proof reach it from outside its network: `SshVia(…)`, or
    `SsmVia(…)`. Default: directly."""
    owner: str | None
    """Tells apart teams whose backends give them equal organization, project and stack."""
    underlying: Underlying
    """What it stands on, where this stack makes that. Default: it runs already."""
    opts: pulumi.ResourceOptions | None
    """Pulumi's options of a resource."""


class Existing(pulumi.ComponentResource):
    """A provider for the server, and where apps find it."""

    deleted_with: pulumi.Resource | None = None
    """What takes everything on the server with it; None where the server stays."""

    def __init__(
        self,
        name: str,
        *,
        endpoint: pulumi.Input[str],
        host: pulumi.Input[str],
        port: pulumi.Input[int],
        tls: bool,
        connection: Connection,
        form: RedisForm | None = None,
        sentinel_password: pulumi.Output[str] | None = None,
        failover: Failover | None = None,
    ) -> None:
        if tls and isinstance(endpoint, str) and endpoint.startswith("http:"):
            raise ValueError(
                f"management of {name} is {endpoint}, where everybody on the way reads the "
                f"administrator's password: write https://, or tls=False"
            )
        kind = f"celeriac:index:{type(self).__name__}"
        super().__init__(kind, name, {"endpoint": endpoint, "tls": tls}, connection.get("opts"))
        pem = pem_of(connection.get("ca"))
        certificate, key = connection.get("client_certificate"), connection.get("client_key")
        via = via_input(connection.get("via"))
        underlying = connection.get("underlying", NOTHING)
        self.deleted_with = underlying.data
        self.provider = Provider(
            name,
            endpoint=endpoint,
            username=connection.get("username"),
            **password_properties(connection.get("password")),
            sentinel_username=form.username if isinstance(form, RedisSentinels) else None,
            sentinel_password=sentinel_password,
            ca=pem,
            client_certificate_file=path_of(certificate),
            client_key_file=path_of(key),
            timeout=connection.get("timeout"),
            via=via,
            organization=pulumi.get_organization(),
            owner=connection.get("owner"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(underlying.running)),
        )
        self.address = Address(
            host=pulumi.Output.from_input(host),
            port=pulumi.Output.from_input(port),
            tls=Tls(ca_path=connection.get("ca_path")) if tls else None,
            ca=pem,
            provider=self.provider,
            via=via,
            form=form,
            sentinel_password=sentinel_password,
            management=pulumi.Output.from_input(endpoint),
            failover=failover,
        )
        self.register_outputs({})


class RabbitMQServer(Existing):
    """A RabbitMQ of 4.0 or later with its management plugin; the administrator needs its tag.

    Args:
        name: the component's name.
        management: URL of the management API.
        host: host name that apps connect to.
        port: AMQP port that apps connect to. Default: 5671, or 5672 without TLS.
        tls: whether apps connect with TLS.
        failover: its other hosts, where it has several. Default: there is one.
        connection: how the administrator connects, see `Connection`.
    """

    def __init__(
        self,
        name: str,
        *,
        management: pulumi.Input[str],
        host: pulumi.Input[str],
        port: pulumi.Input[int] | None = None,
        tls: bool = True,
        failover: Failover | None = None,
        **connection: Unpack[Connection],
    ) -> None:
        port = port or (5671 if tls else 5672)
        super().__init__(
            name,
            endpoint=management,
            host=host,
            port=port,
            tls=tls,
            connection=connection,
            failover=failover,
        )


class RedisServer(Existing):
    """A Redis of 7.0 or later, or a Valkey.

    Args:
        name: the component's name.
        host: host name that apps and the administrator connect to.
        port: port that they connect to.
        form: a socket or sentinels, instead of host and port.
        sentinel_password: the password of the sentinels themselves.
        db: number of the database that apps use.
        tls: whether to connect with TLS.
        manages_config: whether this stack manages the server's configuration, and may set
            `maxmemory-policy noeviction` for everybody on it. Default: no, then it is verified.
        persist: whether ACL and configuration must survive a restart of the server.
        connection: how the administrator connects, see `Connection`.
    """

    def __init__(
        self,
        name: str,
        *,
        host: pulumi.Input[str] = "localhost",
        port: pulumi.Input[int] = 6379,
        form: RedisForm | None = None,
        sentinel_password: Text | None = None,
        db: int = 0,
        tls: bool = True,
        manages_config: bool = False,
        persist: bool = True,
        **connection: Unpack[Connection],
    ) -> None:
        self.db, self.persist = db, persist
        self._manages_config = manages_config
        self._eviction: redis.Config | None = None
        super().__init__(
            name,
            endpoint=_redis_endpoint(form, host, port, db, tls=tls),
            host=host,
            port=port,
            tls=tls and not isinstance(form, RedisSocket),
            connection=connection,
            form=form,
            sentinel_password=_secret(sentinel_password),
        )

    def no_eviction(self) -> redis.Config:
        """That nothing is evicted, as every broker on this server needs: verified, or set.

        Where memory is short, Redis would otherwise delete queues and unacknowledged tasks:
        https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html#key-eviction
        """
        if self._eviction is None:
            self._eviction = redis.Config(
                f"{self._name}-eviction",
                settings={"maxmemory-policy": "noeviction"},
                manage=self._manages_config,
                persist=self.persist,
                opts=pulumi.ResourceOptions(parent=self, provider=self.provider),
            )
        return self._eviction

    def app_user(
        self,
        name: str,
        *,
        user: str,
        rules: AclRules,
        adopt: bool,
        parent: pulumi.Resource,
        after: Sequence[pulumi.Resource],
    ) -> RedisUser:
        """A user of Redis's ACL, made over Redis itself; see `RedisKind`."""
        made = redis.AclUser(
            name,
            name=user,
            keys=[key.removeprefix("~") for key in rules.keys if key.startswith("~")],
            read_keys=[key.removeprefix("%R~") for key in rules.keys if key.startswith("%R~")]
            or None,
            channels=[channel.removeprefix("&") for channel in rules.channels],
            commands=[command for command in rules.commands if command != "-@all"],
            optional_commands=list(rules.optional_commands),
            persist=self.persist,
            adopt=adopt,
            opts=pulumi.ResourceOptions(
                parent=parent,
                provider=self.provider,
                depends_on=list(after),
                deleted_with=self.deleted_with,
            ),
        )
        return RedisUser(name=made.name, password=made.password, made=[made])


def _redis_endpoint(
    form: RedisForm | None, host: pulumi.Input[str], port: pulumi.Input[int], db: int, *, tls: bool
) -> pulumi.Input[str]:
    """Where the provider finds it."""
    scheme = "rediss" if tls else "redis"
    if isinstance(form, RedisSocket):
        return f"unix://{quote(form.path)}?db={db}"
    if isinstance(form, RedisSentinels):
        # Which of them is named first must not make an update of the provider.
        hosts = ",".join(f"[{h}]:{p}" if ":" in h else f"{h}:{p}" for h, p in sorted(form.hosts))
        return f"{scheme}+sentinel://{hosts}/{form.master_name}/{db}"
    return pulumi.Output.format("{}://{}:{}/{}", scheme, host, port, db)


def _secret(text: Text | None) -> pulumi.Output[str] | None:
    """A password that goes into the apps' settings, and not only to the provider."""
    if text is None or isinstance(text, Reference):
        return text_of(text)
    return pulumi.Output.secret(text)


class PostgreSQLServer(Existing):
    """A PostgreSQL of 15 or later.

    Args:
        name: the component's name.
        host: host name that apps and the administrator connect to.
        port: port that they connect to.
        database: the database that the administrator connects to.
        tls: whether to connect with TLS.
        connection: how the administrator connects, see `Connection`.
    """

    def __init__(
        self,
        name: str,
        *,
        host: pulumi.Input[str],
        port: pulumi.Input[int] = 5432,
        database: str = "postgres",
        tls: bool = True,
        **connection: Unpack[Connection],
    ) -> None:
        mode = "verify-full" if tls else "disable"
        super().__init__(
            name,
            endpoint=pulumi.Output.format(
                "postgresql://{}:{}/{}?sslmode={}", host, port, database, mode
            ),
            host=host,
            port=port,
            tls=tls,
            connection=connection,
        )
