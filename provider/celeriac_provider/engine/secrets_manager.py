"""The administrator's login in AWS Secrets Manager: read when it is needed, never stored."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from celeriac_provider.engine.errors import CeleriacError, Mistake, Refused, Unreachable

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_ARN_PARTS: Final = 7
_ATTEMPTS: Final = 2
_PROPERTY: Final = "passwordSecret"


@dataclass(frozen=True)
class Login:
    """What a secret holds.

    Args:
        username: the administrator, where the secret names one.
        password: its password.
    """

    username: str | None
    password: str = field(repr=False)


class SecretLogin:
    """A secret with the administrator's login.

    Region, credentials and endpoint are AWS's own configuration's; the region of an ARN comes
    first.

    Args:
        name: the secret's ARN or name.
        timeout: seconds for one answer.
    """

    def __init__(self, name: str, timeout: float) -> None:
        self._name = name
        self._timeout = timeout
        self._lock = threading.Lock()
        self._login: Login | None = None

    def read(self) -> Login:
        """The login, asked for once.

        Raises:
            Mistake: there is no such secret, or no password in it.
            Refused: AWS did not allow it.
            Unreachable: AWS did not answer.
        """
        with self._lock:
            if self._login is None:
                self._login = self._ask()
            return self._login

    def changed(self) -> bool:
        """Ask again; whether it is another login now.

        Raises:
            CeleriacError: as `read`.
        """
        with self._lock:
            before, self._login = self._login, self._ask()
            return before != self._login

    def _ask(self) -> Login:
        # A third of a second that only those need who have such a secret.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        config = Config(
            connect_timeout=self._timeout,
            read_timeout=self._timeout,
            retries={"total_max_attempts": _ATTEMPTS},
        )
        try:
            client = boto3.session.Session().client(
                "secretsmanager", region_name=self._region(), config=config
            )
            found = client.get_secret_value(SecretId=self._name)
        except ClientError as error:
            raise self._refused(error) from None
        except (BotoCoreError, ValueError) as error:
            raise self._not_asked(error) from None
        return self._login_in(found.get("SecretString"))

    def _region(self) -> str | None:
        parts = self._name.split(":")
        return parts[3] if len(parts) >= _ARN_PARTS and parts[0] == "arn" else None

    def _login_in(self, text: str | None) -> Login:
        """What the secret's text says."""
        if text is None or not text.strip():
            raise Mistake(
                f"{self._what()} holds no text: store the password in it, or JSON with "
                f'"password" and "username"',
                _PROPERTY,
            )
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            return Login(None, text.strip())
        password, username = value.get("password"), value.get("username")
        if not isinstance(password, str) or not password:
            raise Mistake(
                f'{self._what()} is JSON without a "password": store that in it, or the password '
                f"alone",
                _PROPERTY,
            )
        return Login(username if isinstance(username, str) and username else None, password)

    def _refused(self, error: ClientError) -> CeleriacError:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "ResourceNotFoundException":
            return Mistake(
                f"{self._what()} is not there: look at its ARN, and at the account and the region "
                f"of the AWS credentials in force",
                _PROPERTY,
            )
        if "AccessDenied" in code:
            return Refused(
                f"{self._what()} may not be read with the AWS credentials in force: allow them "
                f"secretsmanager:GetSecretValue on it, and kms:Decrypt with its key"
            )
        if any(word in code for word in ("Token", "Signature", "Expired", "Unrecognized")):
            return Refused(
                f"{self._what()} cannot be read, because AWS refused the credentials in force "
                f"({code}): log in again, or look at AWS_PROFILE"
            )
        return Refused(
            f"{self._what()} cannot be read ({code or 'AWS gave no reason'}): look at it in "
            f"Secrets Manager, it may be marked for deletion"
        )

    def _not_asked(self, error: Exception) -> CeleriacError:
        kind = type(error).__name__
        if kind == "NoRegionError":
            return Mistake(
                f"{self._what()} has no region: give its ARN, or set AWS_REGION", _PROPERTY
            )
        if any(word in kind for word in ("Credential", "Profile", "SSO", "Token")):
            return Mistake(
                f"{self._what()} cannot be read without AWS credentials ({kind}): set AWS_PROFILE, "
                f"or log in",
                _PROPERTY,
            )
        return Unreachable(
            f"{self._what()} cannot be read, because AWS did not answer ({kind}): look at the way "
            f"to Secrets Manager, and at AWS_ENDPOINT_URL where it is set"
        )

    def _what(self) -> str:
        return f"the secret {self._name} that should hold the administrator's password"
