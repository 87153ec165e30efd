"""The stand-in's process."""

from __future__ import annotations

from tests.standins.aws.servicer import NAME, StandIn
from tests.standins.process import serve


def main(arguments: list[str]) -> None:
    """Serve until the engine ends the process.

    Args:
        arguments: the command line.
    """
    sentence = f"{NAME}: nothing that `aws` resources say below happens on AWS"
    serve(StandIn(), arguments, sentence)
