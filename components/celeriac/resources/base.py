"""What the generated classes have in common: the spelling of names, secrets, fingerprints."""

from __future__ import annotations

import hashlib
import json
import re
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import pulumi

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


def secret(value: pulumi.Input[T] | None) -> pulumi.Output[T] | None:
    """The value as a secret, whether or not the program marked it as one."""
    return None if value is None else pulumi.Output.secret(value)


class CeleriacResource(pulumi.CustomResource):
    """A resource of the celeriac provider.

    Properties keep the protocol's names inside and are read through Python properties: the SDK's
    own translation would also rewrite the keys of maps, which are names of queues and settings.

    Args:
        token: the type.
        resource_name: the name in Pulumi.
        properties: inputs, and None for outputs, by the protocol's name.
        opts: Pulumi's options; names of properties in them are Python's.
    """

    generated: ClassVar[tuple[str, ...]] = ()
    """Properties that the provider makes when they are not given."""

    def __init__(
        self,
        token: str,
        resource_name: str,
        properties: dict[str, Any],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        # What is given or generated has a value; of the rest a preview does not know whether.
        given = {key for key, value in properties.items() if value is not None}
        self._valued = sorted(given | set(self.generated))
        super().__init__(token, resource_name, properties, _spelled(opts))

    def _property(self, key: str) -> pulumi.Output[Any]:
        found: pulumi.Output[Any] = self.__dict__[key]
        if key not in self.generated or pulumi.runtime.is_dry_run():
            return found
        # With `--continue-on-error` the SDK says None for what a failed resource should have made.
        # Its id is unknown, and nothing is done with what is unknown.
        return pulumi.Output.all(self.id, found).apply(lambda known: known[1])

    def fingerprint(self) -> pulumi.Output[str]:
        """A hash of all that was given or generated: it changes when the resource does."""
        values = {key: self._property(key) for key in self._valued}
        return fingerprint(self, values)


def fingerprint(
    resource: pulumi.CustomResource, values: Mapping[str, pulumi.Input[Any]]
) -> pulumi.Output[str]:
    """A hash of a resource's id and of these values of it."""
    return pulumi.Output.all(_id=resource.id, **values).apply(_hash)


def _spelled(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    """Options with the protocol's names of properties."""
    if opts is None or not (opts.ignore_changes or opts.replace_on_changes):
        return opts
    spelled = copy(opts)
    spelled.ignore_changes = [_camel(name) for name in opts.ignore_changes or ()]
    spelled.replace_on_changes = [_camel(name) for name in opts.replace_on_changes or ()]
    return spelled


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda m: m[1].upper(), name)


def _hash(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
