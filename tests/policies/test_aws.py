"""AWS: remediations, other tools' rules, and what a plain program without our components meets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from celeriac_policies import aws
from celeriac_policies.aws.documents import refuses_plain_http
from celeriac_policies.rule import ResourceRule
from celeriac_policies.rules import RULES
from celeriac_policies.values import UNKNOWN, Properties
from tests.policies.cases import BREAKS, FIXTURES
from tests.policies.correspondences import FOUND
from tests.policies.harness import Break, Given, changed, remediated, run

MENDING = {rule.name for rule in aws.RULES if isinstance(rule, ResourceRule) and rule.mend}
NOT_MENDED = {
    ("aws-elasticache-no-eviction", "cache"): "no parameter group is made for it",
    ("aws-elasticache-no-eviction", "cache-member"): "no parameter group is made for it",
    ("aws-rds-tls", "mysql"): "no parameter group is made for it",
    ("aws-rds-tls", "results"): "no parameter group is made for it",
    ("aws-rds-tls", "aurora"): "no parameter group is made for it",
}
"""What a rule with a remediation leaves, by rule and resource, and why."""


def _resource(broken: Break) -> str:
    return next(iter(broken.change)).partition("/")[0]


def _mended() -> list[Break]:
    broken = [one for one in BREAKS if one.rule in MENDING and not one.parameters]
    return [one for one in broken if (one.rule, _resource(one)) not in NOT_MENDED]


@pytest.mark.parametrize("broken", _mended(), ids=str)
def test_what_can_be_mended_is(broken: Break) -> None:
    """After the remediation its rule finds nothing, and no other rule finds more than before."""
    fixture = changed(FIXTURES[broken.fixture], broken.change)
    after = remediated(RULES, fixture, broken.rule)
    assert after != fixture
    assert {one.rule for one in run(RULES, after)} <= set(broken.also)


@pytest.mark.parametrize("name", [name for name in FIXTURES if name.startswith("aws-")])
def test_what_complies_is_not_touched(name: str) -> None:
    """At level `remediate` a resource that needs nothing stays as it is."""
    assert remediated(RULES, FIXTURES[name], *MENDING) == list(FIXTURES[name])


def test_a_mended_queue_policy_keeps_what_it_said() -> None:
    """The statement is added; the others, their queue and the version stay."""
    allow = {
        "Sid": "Web",
        "Effect": "Allow",
        "Principal": {"AWS": "1"},
        "Action": "sqs:SendMessage",
    }
    written = {"Version": "2008-10-17", "Statement": allow | {"Resource": "arn:aws:sqs:::mails"}}
    policy = Given("mails", "aws:sqs/queuePolicy:QueuePolicy", {"policy": json.dumps(written)})
    (after,) = remediated(RULES, [policy], "aws-sqs-tls-only")
    document = json.loads(after.props["policy"])
    assert document["Version"] == "2008-10-17"
    assert document["Statement"][0] == written["Statement"]
    assert document["Statement"][1]["Resource"] == "arn:aws:sqs:::mails"
    assert refuses_plain_http(Properties(document))


def test_every_correspondence_was_found_in_its_tool() -> None:
    """Each id that a rule names is in the table under that tool, and the table has no others."""
    named = {(tool, one) for rule in RULES for tool, ids in rule.same_as.items() for one in ids}
    assert named == {(tool, one) for one, (tool, _, _) in FOUND.items()}


def _plain(**changes: Any) -> list[Given]:
    """Somebody's own program with pulumi_aws, in its first preview."""
    queue = {"name": "tasks", "sqsManagedSseEnabled": True, **changes}
    return [
        Given(
            "cache-parameters",
            "aws:elasticache/parameterGroup:ParameterGroup",
            {
                "family": "redis7",
                "parameters": [{"name": "maxmemory-policy", "value": "allkeys-lru"}],
            },
        ),
        Given("tasks", "aws:sqs/queue:Queue", queue, {"arn": UNKNOWN, "url": UNKNOWN}),
    ]


def test_a_plain_program_is_caught() -> None:
    """Eviction, and a queue without a dead-letter queue, with nothing of ours in sight."""
    found = {(one.rule, one.resource) for one in run(RULES, _plain())}
    assert ("aws-elasticache-no-eviction", "cache-parameters") in found
    assert ("aws-sqs-dead-letters", "tasks") in found


def test_a_preview_finds_dead_letter_queues_by_their_names() -> None:
    """Where ARNs are not known yet, a queue whose name says so takes the dead letters."""
    unknown = {"arn": UNKNOWN, "url": UNKNOWN}
    stack = [
        *_plain(redrivePolicy=UNKNOWN),
        Given("tasks-dlq", "aws:sqs/queue:Queue", {"name": "tasks-dlq"}, unknown),
        Given("others", "aws:sqs/queue:Queue", {"name": "others"}, unknown),
    ]
    rule = [rule for rule in RULES if rule.name == "aws-sqs-dead-letters"]
    assert [one.resource for one in run(rule, stack)] == ["others"]


def test_a_preview_is_silent_where_no_name_tells() -> None:
    """Then `up` decides."""
    unknown = {"arn": UNKNOWN, "url": UNKNOWN}
    stack = [
        *_plain(redrivePolicy=UNKNOWN),
        Given("failures", "aws:sqs/queue:Queue", {"name": "failures"}, unknown),
    ]
    rule = [rule for rule in RULES if rule.name == "aws-sqs-dead-letters"]
    assert run(rule, stack) == []
