"""The IAM policies of an app allow what a real Celery calls, and nothing else.

The calls of a real worker and of a real producer are recorded on their way to a server with SQS's
interface, and AWS's answer to each comes from a simulator of IAM.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest

from celeriac.contract.sqs_names import sqs_queue_name
from celeriac.contract.sqs_policies import PRODUCER, WORKER, producer_policy, worker_policy
from tests.celery_app.worker import prefork_worker
from tests.sqs.apps import App, wait_until
from tests.sqs.conftest import MakeApp
from tests.sqs.iam import ALLOWED, DENIED, OVER_TLS, Document, Request, actions, evaluate
from tests.sqs.recorder import Recorder

pytestmark = pytest.mark.row("sqs")

ACCOUNT = "123456789012"
REGION = "eu-west-1"
ME = f"arn:aws:iam::{ACCOUNT}:user/app"
MINE = tuple(f"arn:aws:sqs:{REGION}:{ACCOUNT}:mails-{name}" for name in ("send", "bulk.fifo"))
OTHERS = (
    f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders-send",
    f"arn:aws:sqs:{REGION}:{ACCOUNT}:mails-send-dead-letter",
    f"arn:aws:sqs:{REGION}:{ACCOUNT}:mails-send2",
    f"arn:aws:sqs:us-east-1:{ACCOUNT}:mails-send",
    f"arn:aws:sqs:{REGION}:210987654321:mails-send",
)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY = KEY.replace("1111", "9999")
# Of SQS with a customer's key: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/
# SQSDeveloperGuide/sqs-key-management.html. No server here encrypts, so nothing was recorded.
KEY_ACTIONS = {"kms:Decrypt", "kms:GenerateDataKey"}
# A key's default policy: IAM decides. Without that statement no policy of IAM is enough.
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}
VIA_SQS = {**OVER_TLS, "kms:ViaService": f"sqs.{REGION}.amazonaws.com"}


@dataclass(frozen=True)
class Calls:
    """What was recorded: pairs of an action and a queue's name."""

    worker: frozenset[tuple[str, str]]
    producer: frozenset[tuple[str, str]]


@pytest.fixture(scope="module")
def recorded(make: MakeApp, tmp_path_factory: pytest.TempPathFactory) -> tuple[App, Calls]:
    """A worker and a producer do what they do: all ways a task can end, on all queues."""
    app = make(visibility_timeout=2)
    folder = tmp_path_factory.mktemp("recorded")
    log = folder / "worker.log"
    with Recorder(app.server) as of_worker, Recorder(app.server) as of_producer:
        producer = app.celery(of_producer)
        process = app.process(folder, of_worker)
        with prefork_worker(log, "-I", "endings", environment=process):
            sent = [producer.send_task("program.add", (1, 2), queue=name) for name in app.urls]
            assert [result.get(timeout=30) for result in sent] == [3] * len(app.urls)
            assert producer.send_task("program.retry_twice").get(timeout=30) == 2
            assert producer.send_task("program.nested", (1,)).get(timeout=30) == 12
            assert producer.send_task("program.now", (0,), countdown=1).get(timeout=30)
            ends = ("raised.early", "raised.last", "rejected.late", "sent_back.late", "unknown")
            for result in [producer.send_task(name) for name in ends]:
                wait_until(lambda: result.id in log.read_text())  # noqa: B023
            held = producer.send_task("program.now", (0,), countdown=300)
            wait_until(lambda: f"[{held.id}] received" in log.read_text())
        found = frozenset(of_worker.calls), frozenset(of_producer.calls)
    return app, Calls(*found)


@pytest.mark.shows("rights")
def test_exactly_what_a_worker_calls_is_allowed(recorded: tuple[App, Calls]) -> None:
    """Each call is allowed, on the queue it was made on; each action of the policy was called."""
    app, calls = recorded
    policy = worker_policy(list(app.arns.values()))
    assert missing_rights(app, calls.worker, policy) == []
    assert {action for action, _ in calls.worker} == set(WORKER) == actions_of(policy)
    assert {queue for _, queue in calls.worker} == names_of(app)


def test_exactly_what_a_producer_calls_is_allowed(recorded: tuple[App, Calls]) -> None:
    """Each call is allowed, on the queue it was made on; each action of the policy was called."""
    app, calls = recorded
    policy = producer_policy(list(app.arns.values()))
    assert missing_rights(app, calls.producer, policy) == []
    assert {action for action, _ in calls.producer} == set(PRODUCER) == actions_of(policy)
    assert {queue for _, queue in calls.producer} == names_of(app)


def test_a_right_less_is_seen(recorded: tuple[App, Calls]) -> None:
    """Without any one action, or any one queue, some recorded call is not allowed."""
    app, calls = recorded
    arns = list(app.arns.values())
    for made, called in ((worker_policy, calls.worker), (producer_policy, calls.producer)):
        for action in sorted(actions_of(made(arns))):
            policy = deepcopy(made(arns))
            policy["Statement"][0]["Action"].remove(action)
            assert missing_rights(app, called, policy), action
        for arn in arns:
            assert missing_rights(app, called, made([one for one in arns if one != arn])), arn


@pytest.mark.parametrize(
    ("make_policy", "rights"), [(worker_policy, WORKER), (producer_policy, PRODUCER)]
)
@pytest.mark.shows("rights")
@pytest.mark.parametrize("key", [None, KEY])
def test_nothing_else_is_allowed(
    make_policy: Callable[..., dict[str, Any]], rights: tuple[str, ...], key: str | None
) -> None:
    """Of all actions of SQS and KMS, on our queues, others', dead letters, keys: just these.

    The key may be used by SQS in the queues' region for us, not by ourselves.
    """
    assert excess(make_policy(MINE, key), set(rights), key) == []


def _with(change: Callable[[dict[str, Any]], None]) -> Callable[[], dict[str, Any]]:
    def mutated() -> dict[str, Any]:
        policy = deepcopy(worker_policy(MINE, KEY))
        change(policy)
        return policy

    return mutated


@pytest.mark.parametrize(
    "mutated",
    [
        _with(lambda policy: policy["Statement"][0]["Action"].append("sqs:PurgeQueue")),
        _with(lambda policy: policy["Statement"][0].update(Action="sqs:*")),
        _with(lambda policy: policy["Statement"][0].update(Action=["sqs:*Message*"])),
        _with(lambda policy: policy["Statement"][0].update(Resource="*")),
        _with(lambda policy: policy["Statement"][0].update(Resource=[f"{MINE[0]}*", MINE[1]])),
        _with(lambda policy: policy["Statement"][0]["Resource"].append(OTHERS[1])),
        _with(lambda policy: policy["Statement"][1].pop("Condition")),
        _with(lambda policy: policy["Statement"][1].update(Resource="*")),
        _with(lambda policy: policy["Statement"][1].update(Action="kms:*")),
        _with(
            lambda policy: policy["Statement"][1].update(
                Condition={"StringLike": {"kms:ViaService": "*"}}
            )
        ),
        _with(
            lambda policy: policy["Statement"].append(
                {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}
            )
        ),
    ],
)
def test_a_right_more_is_seen(mutated: Callable[[], dict[str, Any]]) -> None:
    """The check before this one finds a policy that allows too much."""
    assert excess(mutated(), set(WORKER), KEY)


def missing_rights(
    app: App, calls: frozenset[tuple[str, str]], policy: Document
) -> list[tuple[str, str]]:
    """Those of the recorded calls that AWS would not allow."""
    by_name = {sqs_queue_name(app.prefix, name): arn for name, arn in app.arns.items()}
    asked = sorted(calls)
    me = f"arn:aws:iam::{next(iter(by_name.values())).split(':')[4]}:user/app"
    answers = evaluate((Request(action, by_name[name], me), policy, None) for action, name in asked)
    return [call for call, answer in zip(asked, answers, strict=True) if answer != ALLOWED]


def excess(policy: Document, rights: set[str], key: str | None) -> list[str]:
    """What the policy allows beyond these rights on our queues, or does not allow of them."""
    wanted: list[tuple[Request, str]] = []
    for action in actions("sqs"):
        for arn in ("*",) if action.of_no_resource else (*MINE, *OTHERS):
            mine = action.name in rights and arn in MINE
            wanted.append((Request(action.name, arn, ME), ALLOWED if mine else DENIED))
    elsewhere = {**OVER_TLS, "kms:ViaService": "sqs.us-east-1.amazonaws.com"}
    secrets = {**OVER_TLS, "kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}
    for action in (one for one in actions("kms") if "kms:ViaService" in one.condition_keys):
        for arn in ("*",) if action.of_no_resource else (KEY, OTHER_KEY):
            for context in (VIA_SQS, elsewhere, secrets, OVER_TLS):
                mine = action.name in KEY_ACTIONS and arn == key and context is VIA_SQS
                request = Request(action.name, arn, ME, context)
                wanted.append((request, ALLOWED if mine else DENIED))
    answers = evaluate(
        (request, policy, KEY_POLICY if request.action.startswith("kms:") else None)
        for request, _ in wanted
    )
    return [
        f"{request} is {answer}"
        for (request, right), answer in zip(wanted, answers, strict=True)
        if answer != right
    ]


def actions_of(policy: Document) -> set[str]:
    """All that a policy allows; what is in it by a pattern would be seen in the comparison."""
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def names_of(app: App) -> set[str]:
    """Its queues on the server."""
    return {sqs_queue_name(app.prefix, name) for name in app.urls}
