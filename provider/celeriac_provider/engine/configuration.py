"""The provider's configuration: one instance of the provider, one server.

Every property can also come from the environment, by system: `CELERIAC_RABBITMQ_ENDPOINT`,
`CELERIAC_REDIS_USERNAME`, `CELERIAC_POSTGRESQL_PASSWORD`, `CELERIAC_SQS_REGION` …, so that the
default provider works in a program that configures none.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from celeriac_provider.engine.errors import Mistake
from celeriac_provider.engine.properties import declared, prop
from celeriac_provider.engine.secrets_manager import Login, SecretLogin
from celeriac_provider.reach import way

_SEVERAL: Final = {"mongodb", "memcached"}
"""Schemes whose servers are several, with commas between them."""
_KNOWN_ANYWAY: Final = {"sqs", "pubsub"}
"""Systems that need no endpoint: AWS has one in each region, Google one for all."""


def _split(rest: str) -> tuple[str, str]:
    """Hosts, and what comes after them: a path or a query."""
    end = min((found for mark in "/?#" if (found := rest.find(mark)) >= 0), default=len(rest))
    return rest[:end], rest[end:]


def _url(value: str) -> str | None:
    scheme, _, rest = value.partition("://")
    if scheme == "unix":
        return None if rest.startswith("/") else "is not a socket's URL: write it as unix:///path"
    hosts, path = _split(rest)
    several = scheme.endswith("+sentinel") or scheme in _SEVERAL
    for host in hosts.split(",") if several else [hosts]:
        try:
            parts = urlsplit(f"{scheme}://{host}{path}")
            _ = parts.port
        except ValueError:
            return "is not a URL: write it as scheme://host:port"
        if not parts.scheme or not parts.hostname:
            return "is not a URL: write it as scheme://host:port"
        if parts.username or parts.password:
            return "must not hold credentials: give them as username and password"
    return None


def _positive(value: float) -> str | None:
    return None if value > 0 else "must be more than 0 seconds"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """How to reach and administer one server."""

    endpoint: str | None = prop(
        "URL of the server's administrative endpoint: `https://host:15671` (RabbitMQ's management "
        "API), `rediss://host:6379/0`, `unix:///path?db=0` (Redis through a socket), "
        "`rediss+sentinel://host:26379,host:26379/NAME/0` (Redis through its sentinels), "
        "`postgresql://host:5432/postgres`. SQS needs none on AWS: "
        "its region has one; `https://host:port` is another server's with SQS's interface. Pub/Sub "
        "needs none at Google; `pubsub+emulator://host:port` is an emulator's, in clear. Of "
        "memcached, servers that are used together: `memcached://one:11211,other:11211`.",
        default=None,
        check=_url,
    )
    region: str | None = prop(
        "The region, for SQS: `eu-west-1`. AWS's own settings (`AWS_REGION`, a profile) when it is "
        "not given.",
        default=None,
    )
    username: str | None = prop(
        "The administrator's name; for SQS the id of an access key. Without one, AWS's own chain "
        "(environment, profile, role) finds the credentials for SQS.",
        default=None,
    )
    password: str | None = prop(
        "The administrator's password; for SQS the secret of the access key; for Pub/Sub the key "
        "of a service account, the JSON text that Google made: without one, application default "
        "credentials.",
        default=None,
        secret=True,
    )
    password_env: str | None = prop(
        "Name of the environment variable that holds the administrator's password: read when the "
        "provider starts, never stored.",
        default=None,
    )
    password_file: str | None = prop(
        "File that holds the administrator's password: read when the provider starts, never "
        "stored. Surrounding white space is cut.",
        default=None,
    )
    password_secret: str | None = prop(
        "ARN or name of the secret in AWS Secrets Manager that holds the administrator's "
        "password, as plain text, or as JSON with `password` and, as RDS writes it, `username`, "
        "which is used where no `username` is given. Read over AWS's own configuration (profile, "
        "role, `AWS_REGION` …) when the provider starts, never stored.",
        default=None,
    )
    sentinel_username: str | None = prop(
        "The administrator's name on Redis' sentinels, which have users of their own.", default=None
    )
    sentinel_password: str | None = prop(
        "The password of the sentinels (their own `requirepass`, or that of `sentinelUsername`).",
        default=None,
        secret=True,
    )
    ca: str | None = prop(
        "The certificate authority that the server's certificate is verified with, PEM. The "
        "system's authorities when neither this nor `caFile` is given.",
        default=None,
    )
    ca_file: str | None = prop("The same, as the path of a PEM file.", default=None)
    client_certificate_file: str | None = prop(
        "Path of the administrator's client certificate, PEM.", default=None
    )
    client_key_file: str | None = prop(
        "Path of the client certificate's private key, PEM.", default=None
    )
    via: dict[str, Any] | None = prop(  # noqa: RUF009 - a field, as all of them
        "How the server is reached from outside its network: `{ssh: {host, port, user, keyFile, "
        "knownHostsFile}}`, a bastion, over OpenSSH's own `ssh`, or `{ssm: {target, region}}`, a "
        "machine under AWS Systems Manager, over AWS's own `aws`. Certificates are verified "
        "against the server's own name all the same.",
        default=None,
        check=way.problem,
    )
    timeout: float = prop(
        "How long one operation may wait for the server, in seconds.", default=30, check=_positive
    )
    organization: str = prop(
        "The Pulumi organization, for the marks on what this stack makes.", default="organization"
    )
    owner: str = prop(
        "Tells apart teams whose backends give them the same organization, project and stack.",
        default="",
    )

    _secrets: dict[str, SecretLogin] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What was read, for as long as the provider runs."""

    def server(self, system: str) -> Server:
        """The server to connect to.

        Args:
            system: "rabbitmq", "redis", "postgresql" or "sqs", for the names of environment
                variables.

        Raises:
            Mistake: no endpoint is configured, or the password's reference leads nowhere.
        """
        endpoint = self._find("endpoint", system)
        if endpoint is None and system in _KNOWN_ANYWAY:
            endpoint = ""
        if endpoint is None:
            raise Mistake(
                f"no {system} server is configured: give the provider an endpoint, or set "
                f"{_variable('endpoint', system)}",
                "endpoint",
            )
        wrong = _url(endpoint) if endpoint else None
        if wrong is not None:
            raise Mistake(f"{_variable('endpoint', system)} {wrong}", "endpoint")
        password, username = self._password(system), self._find("username", system)
        if isinstance(password, Login):
            username, password = username or password.username, password.password
        return Server(
            endpoint=endpoint,
            region=self._find("region", system),
            username=username,
            password=password,
            ca=self.ca,
            ca_file=self._find("ca_file", system),
            client_certificate_file=self._find("client_certificate_file", system),
            client_key_file=self._find("client_key_file", system),
            timeout=self.timeout,
            via=way.way(self.via),
            sentinel_username=self._find("sentinel_username", system),
            sentinel_password=self._find("sentinel_password", system),
        )

    def check_references(self) -> None:
        """Look whether the password is where the configuration says, before anything is made.

        Raises:
            Mistake: it is not.
        """
        references = (self.password_env, self.password_file, self.password_secret)
        if any(reference is not None for reference in references):
            self._password("server")

    def login_changed(self) -> bool:
        """Whether the secret that held the administrator's login holds another one now.

        Raises:
            CeleriacError: it cannot be read any more.
        """
        return any(secret.changed() for secret in self._secrets.values())

    def _find(self, name: str, system: str) -> str | None:
        value: str | None = getattr(self, name)
        return value if value is not None else os.environ.get(_variable(name, system))

    def _password(self, system: str) -> str | Login | None:
        if self.password is not None:
            return self.password
        if self.password_env is not None:
            try:
                return os.environ[self.password_env]
            except KeyError:
                raise Mistake(
                    f"the environment variable {self.password_env} that should hold the "
                    f"administrator's password is not set: export it",
                    "passwordEnv",
                ) from None
        file = self._find("password_file", system)
        if file is not None:
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise Mistake(
                    f"the file {file} that should hold the administrator's password "
                    f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}",
                    "passwordFile",
                ) from None
        secret = self._find("password_secret", system)
        if secret is not None:
            return self._secrets.setdefault(secret, SecretLogin(secret, self.timeout)).read()
        return os.environ.get(_variable("password", system))


@dataclass(frozen=True)
class Server:
    """One server and its administrator, all references resolved. Never stored, never shown.

    Without an endpoint it is the one of AWS in the region.
    """

    endpoint: str
    region: str | None
    username: str | None
    password: str | None
    ca: str | None
    ca_file: str | None
    client_certificate_file: str | None
    client_key_file: str | None
    timeout: float
    via: way.Way | None = None
    sentinel_username: str | None = None
    sentinel_password: str | None = None

    def __repr__(self) -> str:
        """Without its credentials."""
        return f"Server({self.endpoint!r})"


PROPERTIES = declared(Configuration)


def configuration(values: dict[str, Any]) -> Configuration:
    """The configuration from checked values by key."""
    names = {p.key: p.name for p in PROPERTIES}
    return Configuration(**{names[k]: v for k, v in values.items() if k in names})


def _variable(name: str, system: str) -> str:
    return f"CELERIAC_{system}_{name}".upper()
