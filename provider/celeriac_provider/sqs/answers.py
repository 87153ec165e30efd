"""What SQS answers to a call that fails: its codes, in every spelling that servers have for them.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

SERVER_ERROR: Final = 500
_ERROR: Final = 300


class Missing(Exception):  # noqa: N818 - an answer, not an error of the program
    """There is no such queue."""


class Exists(Exception):  # noqa: N818
    """There is a queue of this name with other attributes."""


class DeletedRecently(Exception):  # noqa: N818
    """A queue of this name was deleted less than 60 seconds ago: SQS keeps its name as long."""


@dataclass(frozen=True)
class Answer:
    """A refusal.

    Args:
        code: without what the older protocol puts before it: `NonExistentQueue`.
        message: the server's words, on one line.
        status: of HTTP.
    """

    code: str
    message: str
    status: int

    @property
    def is_of_sqs(self) -> bool:
        """Whether a server with AWS's interface said it: others have no codes, only a status."""
        return bool(self.code) and not self.code.isdigit()

    def is_a(self, *codes: str) -> bool:
        """Whether its code is one of these, with or without `Exception` at its end."""
        return self.code.removesuffix("Exception") in codes


def of(error: ClientError) -> Answer:
    """The answer in botocore's exception."""
    said = error.response.get("Error", {})
    code = str(said.get("Code", "")).rpartition("#")[2].removeprefix("AWS.SimpleQueueService.")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    text = "".join(c if c.isprintable() else " " for c in str(said.get("Message", "")))
    return Answer(code, " ".join(text.split()).rstrip("."), int(status))


def whole(response_dict: Mapping[str, Any], **_: Any) -> None:
    """Refuse an answer that was cut: botocore would take it for one that holds nothing.

    Raises:
        ResponseParserError: it is no JSON.
    """
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - loaded by who asked

    if response_dict["status_code"] >= _ERROR:
        return
    try:
        json.loads(response_dict["body"] or b"{}")
    except ValueError:
        raise ResponseParserError("the answer is no JSON") from None
