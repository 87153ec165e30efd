"""What a type of resource is to the stand-in for AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from tests.standins import resource
from tests.standins.aws.account import Account
from tests.standins.properties import Property
from tests.standins.resource import Values

__all__ = ["Resource", "Values"]


class Resource(resource.Resource[Account]):
    """One type of resource, in one account."""

    is_global: ClassVar[bool] = False
    """Whether it lives in no region."""

    @property
    def account(self) -> Account:
        """Where it is."""
        return self.place

    @classmethod
    def inputs(cls) -> Iterator[Property]:
        """All inputs, with the region."""
        yield from cls.properties
        if not cls.is_global:
            yield Property("region", replaces=True, computed=True)

    def fixed(self) -> Values:
        """The region."""
        return {} if self.is_global else {"region": self.account.region}

    def parameters(self, inputs: Mapping[str, Any], *names: str) -> Values:
        """boto3's parameters for inputs that are given: all of them that have one, or some."""
        return {
            p.aws: inputs[p.name]
            for p in self.properties
            if p.aws and inputs.get(p.name) is not None and (not names or p.name in names)
        }
