"""An app's results as messages to the caller, over its broker on RabbitMQ."""

from __future__ import annotations

import pulumi

from celeriac.contract import RPC_URL, rpc_settings
from celeriac.parts import ResultsPart

DAY = 86_400


class RPCResults:
    """Nothing is made: RabbitMQ keeps a queue per caller, whose results only that caller reads.

    Args:
        expires: seconds until a caller's unused queue is deleted; None for never.
    """

    def __init__(self, *, expires: int | None = DAY) -> None:
        self.part = ResultsPart(
            kind="rpc",
            url=pulumi.Output.from_input(RPC_URL),
            settings=pulumi.Output.from_input(rpc_settings(expires=expires)),
            expires=expires,
            made=(),
            ca=None,
        )
