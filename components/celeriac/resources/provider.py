# Written by tools/resources from the provider's declarations: change those.
"""The provider, as a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.resources.base import secret

if TYPE_CHECKING:
    from collections.abc import Mapping


class Provider(pulumi.ProviderResource):
    """The celeriac provider: one server and how to administer it.

    Args:
        resource_name: the name of the resource in Pulumi.
        endpoint: URL of the server's administrative endpoint: `https://host:15671` (RabbitMQ's
            management API), `rediss://host:6379/0`, `unix:///path?db=0` (Redis through a
            socket), `rediss+sentinel://host:26379,host:26379/NAME/0` (Redis through its
            sentinels), `postgresql://host:5432/postgres`. SQS needs none on AWS: its region has
            one; `https://host:port` is another server's with SQS's interface. Pub/Sub needs
            none at Google; `pubsub+emulator://host:port` is an emulator's, in clear. Of
            memcached, servers that are used together: `memcached://one:11211,other:11211`.
        region: The region, for SQS: `eu-west-1`. AWS's own settings (`AWS_REGION`, a profile)
            when it is not given.
        username: The administrator's name; for SQS the id of an access key. Without one, AWS's
            own chain (environment, profile, role) finds the credentials for SQS.
        password: The administrator's password; for SQS the secret of the access key; for
            Pub/Sub the key of a service account, the JSON text that Google made: without one,
            application default credentials.
        password_env: Name of the environment variable that holds the administrator's password:
            read when the provider starts, never stored.
        password_file: File that holds the administrator's password: read when the provider
            starts, never stored. Surrounding white space is cut.
        password_secret: ARN or name of the secret in AWS Secrets Manager that holds the
            administrator's password, as plain text, or as JSON with `password` and, as RDS
            writes it, `username`, which is used where no `username` is given. Read over AWS's
            own configuration (profile, role, `AWS_REGION` …) when the provider starts, never
            stored.
        sentinel_username: The administrator's name on Redis' sentinels, which have users of
            their own.
        sentinel_password: The password of the sentinels (their own `requirepass`, or that of
            `sentinelUsername`).
        ca: The certificate authority that the server's certificate is verified with, PEM. The
            system's authorities when neither this nor `caFile` is given.
        ca_file: The same, as the path of a PEM file.
        client_certificate_file: Path of the administrator's client certificate, PEM.
        client_key_file: Path of the client certificate's private key, PEM.
        via: How the server is reached from outside its network: `{ssh: {host, port, user,
            keyFile, knownHostsFile}}`, a bastion, over OpenSSH's own `ssh`, or `{ssm: {target,
            region}}`, a machine under AWS Systems Manager, over AWS's own `aws`. Certificates
            are verified against the server's own name all the same.
        timeout: How long one operation may wait for the server, in seconds. Default: 30.
        organization: The Pulumi organization, for the marks on what this stack makes. Default:
            'organization'.
        owner: Tells apart teams whose backends give them the same organization, project and
            stack.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        endpoint: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        username: pulumi.Input[str] | None = None,
        password: pulumi.Input[str] | None = None,
        password_env: pulumi.Input[str] | None = None,
        password_file: pulumi.Input[str] | None = None,
        password_secret: pulumi.Input[str] | None = None,
        sentinel_username: pulumi.Input[str] | None = None,
        sentinel_password: pulumi.Input[str] | None = None,
        ca: pulumi.Input[str] | None = None,
        ca_file: pulumi.Input[str] | None = None,
        client_certificate_file: pulumi.Input[str] | None = None,
        client_key_file: pulumi.Input[str] | None = None,
        via: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        timeout: pulumi.Input[float] | None = None,
        organization: pulumi.Input[str] | None = None,
        owner: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac",
            resource_name,
            {
                "endpoint": endpoint,
                "region": region,
                "username": username,
                "password": secret(password),
                "passwordEnv": password_env,
                "passwordFile": password_file,
                "passwordSecret": password_secret,
                "sentinelUsername": sentinel_username,
                "sentinelPassword": secret(sentinel_password),
                "ca": ca,
                "caFile": ca_file,
                "clientCertificateFile": client_certificate_file,
                "clientKeyFile": client_key_file,
                "via": via,
                "timeout": timeout,
                "organization": organization,
                "owner": owner,
            },
            opts,
        )
