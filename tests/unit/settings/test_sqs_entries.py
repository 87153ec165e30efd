"""What a stack file may not ask of SQS on AWS, and what it gets unasked."""

from __future__ import annotations

from typing import Any

import pytest

from celeriac.settings import Reference, SqsBroker, StackFile, StackFileError, load


def read(
    *,
    app: dict[str, Any] | None = None,
    broker: dict[str, Any] | None = None,
    server: dict[str, Any] | None = None,
    production: str = "true",
    topic: str | None = "arn:aws:sns:eu-west-1:123456789012:on-call",
) -> StackFile:
    """A stack file with one app on SQS."""
    results = {"kind": "redis", "platform": "existing", "url": "redis://h", "tls": False}
    queues = {"kind": "sqs", "platform": "aws"} | (server or {})
    entry = {
        "broker": {"server": "queues"} | (broker or {}),
        "resultBackend": {"server": "results"},
        "longestTask": "10m",
        "longestDelay": "1m",
    }
    return load(
        servers={"queues": queues, "results": results},
        apps={"mails": entry | (app or {})},
        owner=None,
        force_destroy=None,
        aws={} if topic is None else {"alarmTopic": topic},
        production=production,
        aws_region="eu-west-1",
    )


def problems(**asked: Any) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(StackFileError) as refused:
        read(**asked)
    return list(refused.value.problems)


def broker(**asked: Any) -> SqsBroker:
    """The broker that it asks for."""
    found = read(**asked).apps["mails"].broker
    assert isinstance(found, SqsBroker)
    return found


def test_production_has_a_topic_for_its_alarms_or_says_that_it_has_none() -> None:
    """An alarm that nobody hears is a decision; outside of production it is left out silently."""
    (problem,) = problems(topic=None)
    assert problem.startswith("celeriac:servers.queues: has alarms in production and no topic")
    assert read(topic=None, server={"without": ["alarms"]}).apps.keys() == {"mails"}
    assert read(topic=None, production="false").apps.keys() == {"mails"}


def test_queues_on_aws_are_not_adopted() -> None:
    """The plugin of AWS takes nothing over: that is Pulumi's import."""
    (problem,) = problems(app={"adopt": True})
    assert problem.startswith("celeriac:apps.mails.adopt: is true, and queues on platform aws")


def test_more_queues_than_an_iam_policy_names_are_refused() -> None:
    """Before AWS would refuse the policy, after half of the queues are made."""
    queues = {f"queue-{n:03}": {"default": n == 0} for n in range(120)}
    (problem,) = problems(broker={"queues": queues})
    assert problem.startswith("celeriac:apps.mails.broker.queues: are 120, which the app's IAM")
    assert problem.endswith("6144: use fewer queues, shorter names, or several apps")


def test_many_queues_alone_do_not_push_an_app_off_sqs() -> None:
    """What they add to the visibility timeout ends at the twelve hours that SQS takes."""
    queues = {f"queue-{n}": {"default": n == 0} for n in range(5)}
    found = broker(broker={"queues": queues}, app={"longestTask": "2h", "longestDelay": "2h"})
    assert found.visibility_timeout == 43_200


def test_the_alarm_leaves_running_tasks_their_time() -> None:
    """A message's age counts while a worker holds it: the default lies an hour above that."""
    found = broker()
    assert found.oldest_message == found.visibility_timeout + 3600
    assert broker(broker={"oldestMessage": "2h"}).oldest_message == 7200


def test_an_access_key_of_the_apps_own_is_whole_and_for_platform_existing() -> None:
    """On AWS the stack makes one (access: user); half of one is a slip."""
    key = {"username": "AKIAAPP", "password": {"env": "MAILS_KEY"}}
    assert [line.partition(": ")[0] for line in problems(broker=key)] == [
        "celeriac:apps.mails.broker.username",
        "celeriac:apps.mails.broker.password",
    ]
    existing = {"platform": "existing", "region": "eu-west-1"}
    found = broker(server=existing, broker=key)
    assert (found.username, found.password) == ("AKIAAPP", Reference(env="MAILS_KEY"))
    (problem,) = problems(server=existing, broker={"username": "AKIAAPP"})
    assert "username: is half an access key of the app's own" in problem
