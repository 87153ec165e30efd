"""A test's own AWS account: on moto with the stand-in, or a real one where the user says so.

With `CELERIAC_TEST_AWS=1` and credentials that boto3 finds, nothing here stands in for anything.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from tests.standins.aws.account import FOLDER

REAL = "CELERIAC_TEST_AWS"
REGION = "eu-west-1"
PROGRAMS = Path(__file__).parent / "bin"
"""The folder for PATH, with the program that takes the plugin's place."""


def is_real() -> bool:
    """Whether the tests run on AWS itself."""
    return os.environ.get(REAL) == "1"


@dataclass(frozen=True)
class TestAccount:
    """An account that no other test has.

    Args:
        folder: where the stand-in keeps what moto lacks.
        environment: what every process of the test needs, to be added to its own.
        region: of everything in it.
    """

    __test__ = False

    folder: Path
    environment: dict[str, str]
    region: str = REGION
    _session: dict[str, Any] = field(default_factory=dict, repr=False)

    def client(self, service: str) -> Any:
        """A client of boto3 in this account."""
        session: Any = boto3.session.Session(region_name=self.region, **self._session)
        return session.client(service, endpoint_url=self.environment.get("AWS_ENDPOINT_URL"))

    @property
    def id(self) -> str:
        """Twelve digits."""
        found: str = self.client("sts").get_caller_identity()["Account"]
        return found

    def kept(self) -> dict[str, dict[str, dict[str, Any]]]:
        """What the stand-in keeps because moto lacks it, by kind and id."""
        file = self.folder / "kept.json"
        found: dict[str, dict[str, dict[str, Any]]] = (
            json.loads(file.read_text()) if file.exists() else {}
        )
        return found


def on_moto(folder: Path, endpoint: str) -> TestAccount:
    """An account of its own on a moto server, which makes one for every role that is assumed.

    Args:
        folder: an empty folder for the stand-in.
        endpoint: the server's URL.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    sts = boto3.session.Session("anybody", "anything", region_name=REGION).client(
        "sts", endpoint_url=endpoint
    )
    answer = sts.assume_role(RoleArn=f"arn:aws:iam::{number}:role/test", RoleSessionName="test")[
        "Credentials"
    ]
    keys = {
        "aws_access_key_id": answer["AccessKeyId"],
        "aws_secret_access_key": answer["SecretAccessKey"],
        "aws_session_token": answer["SessionToken"],
    }
    environment = {name.upper(): value for name, value in keys.items()}
    environment |= {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # Nothing of the user's own.
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        FOLDER: str(folder),
        # The engine takes a plugin from PATH, and then need not look for the one it stands for.
        "PATH": f"{PROGRAMS}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    return TestAccount(folder, environment, _session=keys)


def on_aws(folder: Path) -> TestAccount:
    """The account of the user's credentials.

    Args:
        folder: not used by anything but the test itself.
    """
    session = boto3.session.Session()
    region = session.region_name or REGION
    return TestAccount(folder, {"AWS_REGION": region}, region)
