"""Goes through the stack file, makes what it says, and exports what the apps need."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import config as runtime_config

from celeriac import debug_messages
from celeriac.apps import CeleryApp
from celeriac.deletion_protection import DeletionProtection
from celeriac.servers.references import authority_problems
from celeriac.settings import (
    App,
    AwsServer,
    AwsSqsServer,
    RpcResults,
    StackFile,
    StackFileError,
    load,
)
from celeriac.stack.brokers import make_broker
from celeriac.stack.existing import make_existing
from celeriac.stack.results import make_results

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.settings_secret import SettingsSecret


def build() -> None:
    """Read the stack file, make what it says, export what the apps need.

    Raises:
        pulumi.RunError: with every problem of the stack file, before anything is created.
    """
    debug_messages.without_outputs()
    config = pulumi.Config("celeriac")
    try:
        file = load(
            servers=config.get_object("servers"),
            apps=config.get_object("apps"),
            owner=config.get("owner"),
            force_destroy=config.get("forceDestroy"),
            aws=config.get_object("aws"),
            production=config.get("production"),
            aws_region=_region(),
            docker=config.get_object("docker"),
            keys=_keys(),
        )
    except StackFileError as error:
        # A RunError is shown as it is: no traceback.
        raise pulumi.RunError(str(error)) from None
    if problems := authority_problems(file.servers):
        raise pulumi.RunError(str(StackFileError(problems)))
    apps = {name: app.outputs() for name, app in _apps(file).items()}
    pulumi.export("apps", apps)
    if len(apps) == 1:
        for output, value in next(iter(apps.values())).items():
            pulumi.export(output, value)


def _keys() -> list[str]:
    """Every key of ours in the configuration, as Pulumi hands it to its SDK."""
    given = runtime_config.get_config_env().keys() | runtime_config.CONFIG.get().keys()
    ours = "celeriac:"
    return [key.removeprefix(ours) for key in given if key.startswith(ours)]


def _region() -> str | None:
    """The region of AWS, as pulumi_aws finds it."""
    environment = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return pulumi.Config("aws").get("region") or environment


def _apps(file: StackFile) -> dict[str, CeleryApp]:
    used = {
        entry.server
        for app in file.apps.values()
        for entry in (app.broker, app.results)
        if not isinstance(entry, RpcResults)
    }
    # First of all, because that finds the network or says what is missing.
    servers: dict[str, Any] = _on_aws(file) | _in_docker(file)
    for name, entry in file.servers.items():
        if name in servers or isinstance(entry, AwsServer | AwsSqsServer):
            continue
        if name in used:
            servers[name] = make_existing(entry, file.owner)
    secret = _settings_secret(file)
    parts: list[pulumi.Resource] = list(servers.values())
    apps = {name: _app(app, servers, secret, parts) for name, app in file.apps.items()}
    if any(isinstance(one, AwsServer | AwsSqsServer) for one in file.servers.values()):
        DeletionProtection("production", protected=_protected(file), everything=parts)
    return apps


def _protected(file: StackFile) -> bool:
    """Whether Pulumi protects anything of this stack."""
    guarded = {app.broker.server for app in file.apps.values() if not app.force_destroy}
    for name, entry in file.servers.items():
        if isinstance(entry, AwsServer):
            if entry.aws.production and "deletionProtection" not in entry.without:
                return True
        elif isinstance(entry, AwsSqsServer) and entry.aws.production and name in guarded:
            return True
    return False


def _on_aws(file: StackFile) -> dict[str, Any]:
    """The servers that this stack makes on AWS."""
    if not any(isinstance(one, AwsServer | AwsSqsServer) for one in file.servers.values()):
        return {}
    # Only here: to import pulumi_aws takes most of a second.
    from celeriac.stack.aws import make_servers  # noqa: PLC0415

    return dict(make_servers(file.servers, file.owner))


def _in_docker(file: StackFile) -> dict[str, Any]:
    """The servers that this stack makes with Docker."""
    if not any(one.platform == "docker" for one in file.servers.values()):
        return {}
    from celeriac.stack.docker import make_servers  # noqa: PLC0415 - as above

    return dict(make_servers(file.servers, file.owner))


def _settings_secret(file: StackFile) -> SettingsSecret | None:
    """Where outputs are kept as secrets, where an app wants that."""
    if file.aws is None or not any(app.settings_secret for app in file.apps.values()):
        return None
    from celeriac.stack.aws import settings_secret  # noqa: PLC0415 - as above

    return settings_secret(file.aws)


def _app(
    app: App,
    servers: Mapping[str, Any],
    secret: SettingsSecret | None,
    parts: list[pulumi.Resource],
) -> CeleryApp:
    """An app; all that it is made of is added to the parts."""
    broker, results = make_broker(app, servers), make_results(app, servers)
    made = CeleryApp(
        app.name,
        broker=broker,
        result_backend=results,
        uses=app.uses,
        proof=app.proof,
        settings_secret=secret if app.settings_secret else None,
    )
    parts += [one for one in (broker, results, made) if isinstance(one, pulumi.Resource)]
    return made
