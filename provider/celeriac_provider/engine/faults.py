"""From exceptions to the protocol's answers: whose fault, one sentence, no traceback, no value."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2

# Google's own, which clients of Google's load too: Pulumi's copy cannot be loaded beside it.
from google.rpc import status_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2

from celeriac_provider.engine.errors import (
    CeleriacError,
    Mistake,
    PartlyCreated,
    Refused,
    Unreachable,
)
from celeriac_provider.engine.values import marshal

F = TypeVar("F", bound=Callable[..., Any])

_CODES = {
    Mistake: grpc.StatusCode.INVALID_ARGUMENT,
    Refused: grpc.StatusCode.FAILED_PRECONDITION,
    Unreachable: grpc.StatusCode.UNAVAILABLE,
}


def answering(method: F) -> F:
    """Answer the engine with a sentence when a method of the servicer fails."""

    @functools.wraps(method)
    def wrapped(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except PartlyCreated as error:
            _abort_partly_created(context, error)
        except CeleriacError as error:
            code = next((c for kind, c in _CODES.items() if isinstance(error, kind)), None)
            context.abort(code or grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:  # noqa: BLE001 - the last line of defence
            context.abort(grpc.StatusCode.INTERNAL, bug_report(error))

    return wrapped  # type: ignore[return-value] # functools.wraps loses the exact signature


def bug_report(error: Exception) -> str:
    """Where a bug of ours is, without its message: that may hold a secret.

    With CELERIAC_PROVIDER_DEBUG set, the traceback goes to the provider's stderr.
    """
    if os.environ.get("CELERIAC_PROVIDER_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "celeriac_provider" in f.filename] or list(frames)
    place = f"{ours[-1].filename.rpartition('celeriac_provider')[2]}:{ours[-1].lineno}"
    return (
        f"this is a bug in the celeriac provider ({type(error).__name__} at {place}): please "
        f"report it; CELERIAC_PROVIDER_DEBUG=1 prints the traceback, which may show secrets"
    )


def _abort_partly_created(context: grpc.ServicerContext, error: PartlyCreated) -> NoReturn:
    """The protocol's way to fail and still have the object recorded."""
    state = error.state
    secret = {p.key for p in state.properties() if p.secret}
    inputs = {p.key for p in state.properties() if not p.is_output}
    values = state.values()
    detail = provider_pb2.ErrorResourceInitFailed(
        id=state.id(),
        properties=marshal(values, secret),
        inputs=marshal({k: v for k, v in values.items() if k in inputs}, secret),
        reasons=[str(error)],
    )
    packed = any_pb2.Any()
    packed.Pack(detail)
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=str(error), details=[packed])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, str(error))
    raise AssertionError  # abort raises
