"""The stack file as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, cast

from celeriac.settings import readers
from celeriac.settings.apps import read_apps
from celeriac.settings.aws import REGION, network_problems, read_aws, region_problems
from celeriac.settings.aws import region as read_region
from celeriac.settings.claims import claim_problems
from celeriac.settings.docker import port_problems, read_docker
from celeriac.settings.model import StackFile
from celeriac.settings.problems import StackFileError, Wrong, nearest
from celeriac.settings.servers import read_servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from celeriac.settings.server_model import AnyServer, Aws

T = TypeVar("T")

NAMESPACE = "celeriac"
KEYS: Final = ("apps", "aws", "docker", "forceDestroy", "owner", "production", "servers")
"""What Pulumi.yaml declares."""


def load(
    *,
    servers: object,
    apps: object,
    owner: object = None,
    force_destroy: object = None,
    aws: object = None,
    production: object = None,
    aws_region: object = None,
    docker: object = None,
    keys: Iterable[str] = KEYS,
) -> StackFile:
    """The stack file, or all that is wrong with it.

    Args:
        servers: the value of celeriac:servers, secrets in plain.
        apps: the value of celeriac:apps.
        owner: the value of celeriac:owner.
        force_destroy: the value of celeriac:forceDestroy; text is fine.
        aws: the value of celeriac:aws.
        production: the value of celeriac:production; text is fine.
        aws_region: the value of aws:region, or what AWS's own tools take without it.
        docker: the value of celeriac:docker.
        keys: every key of the namespace that has a value.

    Raises:
        StackFileError: with every problem; no secret is in its text.
    """
    problems = [_unknown(key) for key in sorted(keys) if key not in KEYS]
    force = _scalar("forceDestroy", force_destroy, readers.flag, problems) or False
    named = _scalar("owner", owner, readers.text, problems)
    if apps is None:
        problems.append(f"{NAMESPACE}:apps: is missing: write your apps, or {{}} for none")
    if servers is None or (not servers and apps):
        problems.append(f"{NAMESPACE}:servers: has no servers: write those that the apps are on")
    shared = _aws(aws, production, aws_region, problems)
    engine = read_docker(docker, problems)
    found = read_servers(servers, f"{NAMESPACE}:servers", shared, engine, problems)
    problems += port_problems(found)
    problems += region_problems(aws_region, found)
    problems += network_problems(aws, shared, found, problems)
    drafts = read_apps(
        apps,
        f"{NAMESPACE}:apps",
        found,
        problems,
        force_destroy=force,
        region=shared.region,
    )
    claims = [claim for draft in drafts.values() for claim in draft.claims]
    problems += claim_problems(claims, found)
    if problems:
        raise StackFileError(problems)
    return StackFile(
        servers=cast("dict[str, AnyServer]", found),
        apps={name: draft.app for name, draft in drafts.items() if draft.app is not None},
        owner=named,
        force_destroy=force,
        aws=shared if shared.region else None,
    )


def _aws(raw: object, production: object, region: object, problems: list[str]) -> Aws:
    """What is on AWS, as far as it can be read."""
    safe = _scalar("production", production, readers.flag, problems) or False
    known: str | None = None
    if region not in (None, ""):
        try:
            known = read_region(region)
        except Wrong as wrong:
            problems.append(f"{REGION}: {wrong}")
    return read_aws(raw, known, problems, production=safe)


def _unknown(key: str) -> str:
    meant = nearest(key, KEYS)
    mend = f"did you mean {NAMESPACE}:{meant}?" if meant else f"the keys are {', '.join(KEYS)}"
    return f"{NAMESPACE}:{key}: is not a key of the stack file: {mend}"


def _scalar(key: str, raw: object, read: Callable[[object], T], problems: list[str]) -> T | None:
    if raw is None or raw == "":
        # The schema's default of a text is empty.
        return None
    try:
        return read(raw)
    except Wrong as wrong:
        problems.append(f"{NAMESPACE}:{key}: {wrong}")
        return None
