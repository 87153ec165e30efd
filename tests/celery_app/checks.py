"""The checks, run by the Python that has the Celery to be tried: `python checks.py FOLDER`.

It sends a countdown before any worker ever ran, starts a prefork worker without -Q, and does with
it what apps do. A line of JSON per check: {"check": …, "error": null or a sentence}.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import chord, group
from celery.exceptions import TaskRevokedError
from program import add, app, fail, nested, now, retry_twice, sleep, total, who_am_i
from worker import prefork_worker

PATIENCE = 60
"""Seconds: what is not late by itself may be so on a busy machine."""
CHECKS: list[Callable[[], None]] = []


def check(function: Callable[[], None]) -> Callable[[], None]:
    """One of the checks that need a worker."""
    CHECKS.append(function)
    return function


def expect(expected: Any, found: Any) -> None:
    """They are equal."""
    if expected != found:
        raise AssertionError(f"expected {expected!r}, found {found!r}")


def over_rpc() -> bool:
    """Whether results are messages to the caller."""
    return bool(app.conf.result_backend.startswith("rpc"))


def remote_control() -> bool:
    """Whether workers can be asked and told; over SQS they cannot."""
    return bool(app.conf.worker_enable_remote_control)


def queues() -> list[str]:
    """All queues of the app."""
    return list(app.amqp.queues)


@check
def a_task() -> None:
    """Its result arrives."""
    expect(5, add.delay(2, 3).get(timeout=PATIENCE))


@check
def a_task_on_every_queue() -> None:
    """A worker started without -Q drains each."""
    sent = {name: who_am_i.apply_async(queue=name) for name in queues()}
    for result in sent.values():
        if "@" not in result.get(timeout=PATIENCE)["worker"]:
            raise AssertionError("it ran in no worker")


@check
def a_failure() -> None:
    """The exception arrives."""
    try:
        fail.delay("on purpose").get(timeout=PATIENCE)
    except ValueError as error:
        expect("on purpose", str(error))
    else:
        raise AssertionError("no exception")


@check
def a_group() -> None:
    """All results arrive, in order."""
    found = group(add.s(n, n) for n in range(10))().get(timeout=PATIENCE)
    expect([2 * n for n in range(10)], found)


@check
def a_chain_and_a_nested_task() -> None:
    """Tasks that send tasks. Over rpc:// their results go to the worker that sent them."""
    if over_rpc():
        return
    expect(6, (add.s(1, 2) | add.s(3)).apply_async().get(timeout=PATIENCE))
    expect(16, nested.delay(5).get(timeout=PATIENCE))


@check
def a_chord() -> None:
    """Its body gets what its header gave. There are none over rpc://."""
    if over_rpc():
        return
    found = chord([add.s(n, 1) for n in range(5)], total.s()).apply_async().get(timeout=PATIENCE)
    expect(15, found)


@check
def a_retry() -> None:
    """Twice, a second later each."""
    expect(2, retry_twice.delay().get(timeout=PATIENCE))


@check
def a_countdown() -> None:
    """It runs when it is due, on each queue; not earlier, and not much later."""
    started = time.time()
    sent = [now.apply_async((started,), countdown=3, queue=name) for name in queues()]
    for result in sent:
        waited = result.get(timeout=PATIENCE) - started
        if not 2.5 <= waited <= 15:
            raise AssertionError(f"it ran after {waited:.1f} s")


@check
def ping() -> None:
    """The worker answers."""
    if not remote_control():
        return
    answers = app.control.ping(timeout=PATIENCE, limit=1)
    expect([{"ok": "pong"}], [reply for answer in answers for reply in answer.values()])


@check
def inspect() -> None:
    """It consumes all queues, and says so."""
    if not remote_control():
        return
    found = app.control.inspect(timeout=PATIENCE, limit=1)
    (consumed,) = (found.active_queues() or {}).values()
    expect(sorted(queues()), sorted(queue["name"] for queue in consumed))
    (stats,) = (app.control.inspect(timeout=PATIENCE, limit=1).stats() or {}).values()
    expect(2, stats["pool"]["max-concurrency"])


def until_active(task: str) -> None:
    """Wait until the worker runs the task."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = app.control.inspect(timeout=PATIENCE, limit=1).active() or {}
        if any(active["id"] == task for tasks in found.values() for active in tasks):
            return
        time.sleep(0.1)
    raise AssertionError("it does not run")


@check
def revoke() -> None:
    """Neither a delayed nor a running task goes on."""
    if not remote_control():
        return
    running = sleep.delay(PATIENCE / 2)
    until_active(running.id)
    sent = time.monotonic()
    delayed = now.apply_async((0,), countdown=8)
    time.sleep(1)
    delayed.revoke()
    running.revoke(terminate=True)
    for result in (running, delayed):
        try:
            result.get(timeout=PATIENCE)
        except TaskRevokedError:
            continue
        raise AssertionError("it was not revoked")
    # What is revoked is known to this worker only: the next one would run the delayed task.
    time.sleep(max(0.0, sent + 9.5 - time.monotonic()))


@check
def forgetting() -> None:
    """A result can be deleted by the one who got it; over rpc:// nothing is left of it anyway."""
    if over_rpc():
        return
    result = add.delay(1, 1)
    expect(2, result.get(timeout=PATIENCE))
    result.forget()


def main(folder: Path) -> None:
    """All checks, one after the other; each is tried whatever the others did."""
    # A result that is collected while another is unsubscribed from on Redis stops the client dead:
    # https://github.com/celery/celery/issues/10477 (Celery 5.5 to 5.7, seen on a busy machine).
    gc.disable()
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        # What manage.py and wsgi.py do; Celery does it in a worker only.
        import django  # noqa: PLC0415 - only where the program is a Django project

        django.setup()
    early = time.time()
    countdown = None

    def before_any_worker() -> None:
        """A producer that starts first: it finds queues, exchanges and native delayed delivery."""
        nonlocal countdown
        countdown = now.apply_async((early,), countdown=2)

    def a_countdown_sent_before_any_worker_ran() -> None:
        if countdown is None:
            raise AssertionError("it could not be sent")
        if countdown.get(timeout=PATIENCE) < early + 1.5:
            raise AssertionError("it ran too early")

    report("sending_before_any_worker_ran", before_any_worker)

    def with_a_worker() -> None:
        with prefork_worker(folder / "worker.log"):
            for function in (a_countdown_sent_before_any_worker_ran, *CHECKS):
                report(function.__name__, function)

    report("the_worker", with_a_worker)


def report(name: str, function: Callable[[], None]) -> None:
    """Do it and say how it went."""
    error = None
    started = time.monotonic()
    try:
        function()
    except Exception as exc:  # noqa: BLE001 - the outcome of the check
        error = f"{type(exc).__name__}: {exc}"
        if os.environ.get("VERBOSE"):
            traceback.print_exc()
    seconds = round(time.monotonic() - started, 2)
    print(json.dumps({"check": name, "error": error, "seconds": seconds}), flush=True)  # noqa: T201 - its result


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
