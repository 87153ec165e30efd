"""The provider protocol, as far as the engine uses it with AWS's plugin."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError

from tests.standins import servicer
from tests.standins.aws import catalogue
from tests.standins.aws.account import Account
from tests.standins.aws.resource import Resource, Values

NAME = "a test's STAND-IN for the AWS plugin, over a local moto server"


class StandIn(servicer.StandIn[Account]):
    """Serves the types of `catalogue` and refuses all others."""

    name = NAME
    package = "aws"
    version = "7.51.1"
    configuration = ("region",)
    refusals = (ClientError, BotoCoreError)
    resources: ClassVar[Mapping[str, type[Resource]]] = catalogue.RESOURCES
    functions: ClassVar[Mapping[str, Callable[..., Values]]] = catalogue.FUNCTIONS

    def configured(self, given: Values) -> tuple[Values, dict[str, str]]:
        """The region may come from the environment, as AWS's own."""
        region = given.get("region")
        region = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        if not region:
            return given, {"region": "set aws:region or AWS_REGION"}
        return given | {"region": region}, {}

    def placed(self, given: dict[str, Any]) -> Account:
        """The region; everything else comes from boto3's own environment."""
        return Account(given["region"])
