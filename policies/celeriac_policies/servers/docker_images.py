"""Images: the same one tomorrow, and no secret baked into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.containers import CONTAINERS, Container
from celeriac_policies.servers.images import Image, image
from celeriac_policies.servers.passwords import NAMED

_PULLED: Final = "docker:index/remoteImage:RemoteImage"
_BUILT: Final = "docker-build:index:Image"
_BUILT_BEFORE: Final = "docker:index/image:Image"


def _image(resource: Resource) -> Image:
    if resource.type == _PULLED:
        return image(str(resource.props.get("name", "")))
    return Container.of(resource).image


@resource_rule(
    name="docker-image-pinned",
    description="An image is named with its version: latest is another one tomorrow.",
    severity=Severity.MEDIUM,
    reads=(*CONTAINERS, _PULLED, _BUILT),
    steps="Write the version as the tag, rabbitmq:4.1.4, and better its digest.",
    url="https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
)
def image_pinned(resource: Resource, given: Settings) -> Iterator[str]:
    """A broker that upgrades itself when its host restarts may not read its data any more."""
    if resource.type == _BUILT:
        tags = [str(tag) for tag in resource.props.items_of("tags")]
        if tags and not any(image(tag).is_pinned for tag in tags):
            yield f"is tagged {', '.join(tags)} only: add a tag that names the version"
        return
    found = _image(resource)
    if not found.is_pinned:
        yield (
            f"{found.repository}:{found.tag or 'latest'} is another image tomorrow: write the "
            f"version as its tag"
        )


@resource_rule(
    name="docker-image-digest",
    description="An image is named with its digest: whoever owns a tag can move it.",
    severity=Severity.LOW,
    reads=(*CONTAINERS, _PULLED),
    steps="Write the digest behind the tag, rabbitmq:4.1.4@sha256:….",
    url="https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
    advice=True,
)
def image_digest(resource: Resource, given: Settings) -> Iterator[str]:
    """The same bytes each time."""
    found = _image(resource)
    if found.is_pinned and not found.digest:
        yield f"{found.repository}:{found.tag} can be moved to another image: add @sha256:…"


@resource_rule(
    name="docker-build-no-secret-argument",
    description="No secret is given as a build argument, which everybody reads in the image.",
    severity=Severity.HIGH,
    reads=(_BUILT, _BUILT_BEFORE),
    steps="Give it as a build secret (`secrets`) and read it with RUN --mount=type=secret.",
    url="https://docs.docker.com/build/building/secrets/",
)
def no_secret_argument(resource: Resource, given: Settings) -> Iterator[str]:
    """`docker history` shows them."""
    props, key = resource.props, "buildArgs"
    if resource.type == _BUILT_BEFORE:
        props, key = props.map("build"), "args"
    arguments = props.map(key)
    for name in arguments:
        # A public one is asked for by name, and is empty until then.
        if arguments.is_secret(name) or (NAMED.search(name) and arguments.get(name)):
            yield f"the build argument {name} stays in the image: give it as a build secret"


RULES: Final[tuple[ResourceRule, ...]] = (image_pinned, image_digest, no_secret_argument)
