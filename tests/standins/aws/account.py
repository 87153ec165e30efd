"""The account that the stand-in works in: boto3's clients, always on a local moto server."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from tests.standins.aws.kept import Kept
from tests.standins.errors import Refusal

FOLDER = "CELERIAC_AWS_STANDIN"
"""The environment variable with the folder where the stand-in keeps what moto lacks."""


class Account:
    """One account in one region, on the moto server that AWS_ENDPOINT_URL names.

    Args:
        region: of all resources.

    Raises:
        Refusal: the environment could mean AWS itself.
    """

    def __init__(self, region: str) -> None:
        self.region = region
        endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
        if urlsplit(endpoint).hostname not in ("127.0.0.1", "localhost"):
            raise Refusal(
                f"AWS_ENDPOINT_URL is {endpoint!r}: it must name a moto server on this machine"
            )
        folder = os.environ.get(FOLDER)
        if not folder or not Path(folder).is_dir():
            raise Refusal(f"{FOLDER} is {folder!r}: it must name the test's folder")
        self.folder = Path(folder)
        self.kept = Kept(self.folder)
        self._session: Any = boto3.session.Session(region_name=region)
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        """The client of a service; clients may be shared by threads, sessions may not."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.client(
                    service, config=Config(retries={"total_max_attempts": 2})
                )
            return self._clients[service]

    @cached_property
    def identity(self) -> dict[str, str]:
        """Account, ARN and user id of the caller."""
        found: dict[str, str] = self.client("sts").get_caller_identity()
        return found

    @property
    def id(self) -> str:
        """Twelve digits."""
        return self.identity["Account"]

    def arn(self, service: str, name: str) -> str:
        """The ARN of something in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.id}:{name}"
