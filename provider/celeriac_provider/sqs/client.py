"""The administrator's way to SQS: AWS's in a region, or a server with its interface.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
"""

from __future__ import annotations

import ssl
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from celeriac_provider.engine.configuration import Configuration, Server
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Mistake
from celeriac_provider.engine.patience import TooSlow, within
from celeriac_provider.engine.tls import tls
from celeriac_provider.sqs import answers, refusals, transport

_CONNECTIONS: Final = 8
_DEFAULT_REGION: Final = "us-east-1"
"""The region of a server that is not AWS, where none is given: kombu's default too."""
_GIVES: Final = {
    "create_queue": "QueueUrl",
    "get_queue_url": "QueueUrl",
    "get_queue_attributes": "Attributes",
}
"""What an operation's answer cannot do without."""
_AWS: Final = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


class Sqs:
    """SQS, over a few connections.

    Without an endpoint it is AWS's own in the region. With one, proxies of the environment are
    passed over: the endpoint says where to go. Without a username AWS's own chain finds the
    credentials: environment, profile, role.

    Args:
        configuration: the provider's.

    Raises:
        Mistake: the endpoint is no URL of HTTP, or one of key id and secret is missing.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._server = configuration.server("sqs")
        scheme = urlsplit(self._server.endpoint).scheme
        if self._server.endpoint and scheme not in ("http", "https"):
            raise Mistake(
                f"the endpoint {self._server.endpoint!r} is not one of SQS: write it as "
                f"https://host:port, or leave it out for AWS's own",
                "endpoint",
            )
        if self._server.via is not None:
            raise Mistake(
                "SQS is not reached over `via`: AWS's own is on the internet (HTTPS_PROXY names a "
                "proxy), and for a server on a private network run `pulumi up` inside it",
                "via",
            )
        if (self._server.username is None) != (self._server.password is None):
            missing = "password" if self._server.password is None else "username"
            raise Mistake(
                f"the {missing} for SQS is missing: give the id of an access key as `username` and "
                f"its secret as `password`, or neither, and AWS's own chain finds them",
                missing,
            )
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(_CONNECTIONS)
        self._client: Any = None
        self._ca: Path | None = None
        self._known = False
        self.lacks: set[str] = set()
        """Attributes that the server was seen not to keep."""

    def close(self) -> None:
        """Give back every connection."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            if self._ca is not None:
                self._ca.unlink(missing_ok=True)
            self._client = self._ca = None

    @property
    def is_aws(self) -> bool:
        """Whether it is AWS itself, which has all of SQS, and where a change takes its time."""
        host = urlsplit(self._endpoint).hostname or ""
        return not self._endpoint or host.endswith(_AWS)

    @property
    def where(self) -> str:
        """What to call it in a sentence."""
        return f"SQS at {self._endpoint}" if self._endpoint else "SQS"

    def call(self, ctx: Context, operation: str, doing: str, **arguments: Any) -> dict[str, Any]:
        """One call; waits for a server that is starting, or says that it is asked too much.

        Args:
            ctx: the call's surroundings.
            operation: by boto3's name: `create_queue`.
            doing: what is done, for the sentence of an error: "create the queue 'orders'".
            arguments: the operation's.

        Raises:
            answers.Missing: there is no such queue.
            answers.Exists: there is one of this name with other attributes.
            answers.DeletedRecently: there was one of this name less than a minute ago.
            Refused: SQS refused it.
            Unreachable: it cannot be reached.
        """

        def once() -> dict[str, Any]:
            with self._turns:
                left = max(deadline - time.monotonic(), 0.1)
                return self._send(operation, doing, arguments, min(left, ctx.timeout))

        def started() -> dict[str, Any]:
            return ctx.wait_for_start(once, transient=(transport.Starting,), what=self.where)

        deadline = time.monotonic() + ctx.timeout
        return ctx.wait_for(started, transient=(transport.Busy,), what=self.where)

    @property
    def _endpoint(self) -> str:
        return str(self._client.meta.endpoint_url) if self._client else self._server.endpoint

    def _send(
        self, operation: str, doing: str, arguments: dict[str, Any], seconds: float
    ) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see _made
        from botocore.parsers import ResponseParserError  # noqa: PLC0415

        def work() -> dict[str, Any]:
            return dict(getattr(self._made(), operation)(**arguments))

        try:
            answer = within(seconds, work)
        except TooSlow:
            raise transport.too_slow(self.where, seconds) from None
        except ClientError as error:
            found = answers.of(error)
            self._known = self._known or found.is_of_sqs
            raise refusals.sentence(
                found, self.where, doing, operation, known=self._known
            ) from None
        except ResponseParserError:
            raise transport.strange(self.where, known=self._known) from None
        except BotoCoreError as error:
            raise transport.sentence(
                error, self.where, seconds, aws=self.is_aws, known=self._known
            ) from None
        if operation in _GIVES and _GIVES[operation] not in answer:
            raise transport.strange(self.where, known=self._known)
        self._known = True
        return answer

    def _made(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._make()
            return self._client

    def _make(self) -> Any:
        # Half a second that only programs with SQS need.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        server, timeout = self._server, self._server.timeout
        session = boto3.Session(
            aws_access_key_id=server.username,
            aws_secret_access_key=server.password,
            region_name=server.region,
        )
        region = session.region_name or (_DEFAULT_REGION if server.endpoint else None)
        if region is None:
            raise Mistake(
                "no region is configured for SQS: give the provider a `region` such as eu-west-1, "
                "or set AWS_REGION",
                "region",
            )
        certificate, key = server.client_certificate_file, server.client_key_file
        config = Config(
            connect_timeout=timeout,
            read_timeout=timeout,
            # What is worth another attempt is tried again here, within the call's time.
            retries={"mode": "standard", "total_max_attempts": 1},
            max_pool_connections=_CONNECTIONS,
            client_cert=(certificate, key) if certificate and key else certificate,
            # The endpoint says where to go, not a proxy meant for the internet.
            proxies={} if server.endpoint else None,
        )
        client = session.client(
            "sqs",
            region_name=region,
            endpoint_url=server.endpoint or None,
            verify=self._authorities(server),
            config=config,
        )
        client.meta.events.register("before-parse.sqs", answers.whole)
        return client

    def _authorities(self, server: Server) -> str | None:
        """The file of the authorities to trust; None leaves it to botocore, for AWS itself."""
        if server.ca or server.ca_file or server.client_certificate_file:
            tls(server)  # says which file is wrong, where botocore says that it cannot connect
        if server.ca is not None:
            with tempfile.NamedTemporaryFile(
                "w", prefix="celeriac-ca-", suffix=".pem", delete=False, encoding="ascii"
            ) as file:
                file.write(server.ca)
            self._ca = Path(file.name)
            return file.name
        if server.ca_file is not None:
            return server.ca_file
        # botocore has a list of its own, without what this machine trusts beside it.
        return ssl.get_default_verify_paths().cafile if server.endpoint else None
