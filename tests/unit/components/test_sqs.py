"""What a broker on SQS registers on AWS: queues, dead letters, policies, alarms, rights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from tests.unit.components.aws_network import ANSWERS
from tests.unit.components.aws_world import ACCOUNT, REGION, AwsWorld
from tests.unit.components.sqs_app import (
    DEAD,
    KEY,
    NAMES,
    PROOF,
    QUEUE,
    QUEUES,
    TOPIC,
    arn,
    on_aws,
    parent_of,
    statements,
    url,
)
from tests.unit.components.world import run_in

from celeriac import Queue
from celeriac.brokers.sqs import SQSBroker
from celeriac.servers.aws.sqs import SQSServer
from celeriac.settings import Aws, AwsSqsServer
from celeriac.stack.aws import make_servers


def test_every_queue_has_its_attributes_and_its_dead_letters() -> None:
    """Names as kombu mangles them; timeouts, counts and retention of the app or of the queue."""
    world, _ = on_aws()
    made = {inputs["name"]: inputs for inputs in world.all_of(QUEUE).values()}
    assert set(made) == {*NAMES, *DEAD, PROOF}
    mails = made["mails-mails"]
    assert mails["visibilityTimeoutSeconds"] == 3300
    assert mails["messageRetentionSeconds"] == 4 * 86_400
    assert mails["receiveWaitTimeSeconds"] == 20
    assert mails["maxMessageSize"] == 1_048_576
    assert mails["sqsManagedSseEnabled"] is True
    assert "fifoQueue" not in mails
    assert json.loads(mails["redrivePolicy"]) == {
        "deadLetterTargetArn": arn("mails-mails-dead-letter"),
        "maxReceiveCount": 5,
    }
    bulk = made["mails-bulk-news"]
    assert json.loads(bulk["redrivePolicy"])["maxReceiveCount"] == 2
    assert bulk["messageRetentionSeconds"] == 3600
    assert "redrivePolicy" not in made["mails-quick"]
    assert "redrivePolicy" not in made[PROOF]
    for name in DEAD:
        assert made[name]["messageRetentionSeconds"] == 14 * 86_400
        assert "redrivePolicy" not in made[name]


def test_a_fifo_queue_and_its_dead_letters_are_both_fifo() -> None:
    """SQS moves messages between queues of one kind only; the others have no such attribute."""
    world, _ = on_aws()
    fifo = {
        inputs["name"]: (inputs["contentBasedDeduplication"], inputs["deduplicationScope"])
        for inputs in world.all_of(QUEUE).values()
        if inputs.get("fifoQueue")
    }
    assert fifo == {
        "mails-steps.fifo": (True, "messageGroup"),
        "mails-steps-dead-letter.fifo": (True, "messageGroup"),
    }


def test_every_queue_denies_plain_http_and_foreign_accounts() -> None:
    """Dead-letter queues and the proof's too; nothing is allowed, services are left alone."""
    world, _ = on_aws()
    policies = world.all_of("sqs/queuePolicy:QueuePolicy")
    assert {inputs["queueUrl"] for inputs in policies.values()} == {
        url(name) for name in [*NAMES, *DEAD, PROOF]
    }
    for inputs in policies.values():
        own = arn(inputs["queueUrl"].rpartition("/")[2])
        plain_http, foreign = statements(inputs["policy"])
        for statement in (plain_http, foreign):
            assert statement.pop("Sid")
            condition = statement.pop("Condition")
            assert statement == {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": own,
            }
            statement["Condition"] = condition
        assert plain_http["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert foreign["Condition"] == {
            "StringNotEquals": {"aws:PrincipalAccount": ACCOUNT},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        }


def test_only_its_own_queue_sends_dead_letters_to_a_dead_letter_queue() -> None:
    """One redrive-allow policy for each, by the ARN of the one source."""
    world, _ = on_aws()
    found = {
        inputs["queueUrl"]: json.loads(inputs["redriveAllowPolicy"])
        for inputs in world.all_of("sqs/redriveAllowPolicy:RedriveAllowPolicy").values()
    }
    assert found == {
        url(dead): {"redrivePermission": "byQueue", "sourceQueueArns": [arn(name)]}
        for dead, name in zip(DEAD, NAMES, strict=False)
    }


@pytest.mark.parametrize("access", ["policy", "user"])
def test_iam_policies_have_exactly_celerys_actions_on_exactly_the_apps_queues(access: str) -> None:
    """No dead letters, no wildcard; the proof's queue only where the proof runs as the user."""
    world, found = on_aws(broker={"access": access})
    worker = statements(world.aws("iam/policy:Policy", "mails-worker")["policy"])
    producer = statements(world.aws("iam/policy:Policy", "mails-producer")["policy"])
    queues = sorted(arn(name) for name in NAMES)
    assert producer == [
        {
            "Sid": "Producer",
            "Effect": "Allow",
            "Action": ["sqs:GetQueueAttributes", "sqs:SendMessage"],
            "Resource": queues,
        }
    ]
    assert worker == [
        {
            "Sid": "Worker",
            "Effect": "Allow",
            "Action": [
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            ],
            "Resource": sorted([*queues, arn(PROOF)]) if access == "user" else queues,
        }
    ]
    name = f"arn:aws:iam::{ACCOUNT}:policy/celeriac-test-mails"
    assert found["worker_policy_arn"] == (f"{name}-worker", False)
    assert found["producer_policy_arn"] == (f"{name}-producer", False)


def test_a_customers_key_encrypts_and_is_allowed_through_sqs_only() -> None:
    """An alias on the queue, the key's ARN in IAM: rights on an alias are rights on nothing."""
    asked: list[Mapping[str, Any]] = []

    def key(args: Mapping[str, Any]) -> Mapping[str, Any]:
        asked.append(args)
        return {"arn": KEY, "id": KEY.rpartition("/")[2], "keyId": args["keyId"]}

    world, _ = on_aws(
        server={"kms_key": "alias/celery"},
        world=AwsWorld(answers={"aws:kms/getKey:getKey": key}),
    )
    assert [args["keyId"] for args in asked] == ["alias/celery"]
    for inputs in world.all_of(QUEUE).values():
        assert inputs["kmsMasterKeyId"] == "alias/celery"
        assert "sqsManagedSseEnabled" not in inputs
    for who in ("worker", "producer"):
        policy = world.aws("iam/policy:Policy", f"mails-{who}")["policy"]
        _, allowed = statements(policy)
        assert allowed["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
        assert allowed["Resource"] == KEY
        assert allowed["Effect"] == "Allow"
        assert allowed["Condition"] == {
            "StringLike": {"kms:ViaService": f"sqs.{REGION}.amazonaws.com*"}
        }


def test_alarms_go_to_the_topic() -> None:
    """The age of the oldest message of each queue, and any dead letter; none for the proof."""
    world, _ = on_aws(server={"alarm_topic": TOPIC}, broker={"oldest_message": 7200})
    alarms = world.all_of("cloudwatch/metricAlarm:MetricAlarm")
    found = {
        (inputs["metricName"], inputs["dimensions"]["QueueName"], inputs["threshold"])
        for inputs in alarms.values()
    }
    assert found == {
        *(("ApproximateAgeOfOldestMessage", name, 7200) for name in NAMES),
        *(("ApproximateNumberOfMessagesVisible", name, 0) for name in DEAD),
    }
    for inputs in alarms.values():
        assert inputs["namespace"] == "AWS/SQS"
        assert inputs["alarmActions"] == inputs["okActions"] == [TOPIC]
        assert inputs["comparisonOperator"] == "GreaterThanThreshold"
        assert inputs["statistic"] == "Maximum"
        assert inputs["treatMissingData"] == "notBreaching"


def test_each_protection_can_be_left_out_by_the_name_of_what_is_lost() -> None:
    """And only by it: without any, all are there (the other tests)."""
    world, _ = on_aws(server={"without": ["tlsOnly"]})
    policies = world.all_of("sqs/queuePolicy:QueuePolicy").values()
    sids = {statement["Sid"] for inputs in policies for statement in statements(inputs["policy"])}
    assert sids == {"DenyForeignAccounts"}
    everything = ["tlsOnly", "foreignAccountsDenied", "redriveAllow", "alarms", "encryptionAtRest"]
    world, _ = on_aws(server={"without": everything, "alarm_topic": TOPIC, "kms_key": KEY})
    assert world.all_of("sqs/queuePolicy:QueuePolicy") == {}
    assert world.all_of("sqs/redriveAllowPolicy:RedriveAllowPolicy") == {}
    assert world.all_of("cloudwatch/metricAlarm:MetricAlarm") == {}
    for inputs in world.all_of(QUEUE).values():
        assert inputs["sqsManagedSseEnabled"] is False
        assert "kmsMasterKeyId" not in inputs
    policy = world.aws("iam/policy:Policy", "mails-worker")["policy"]
    assert len(statements(policy)) == 1


def test_everything_that_has_tags_says_whose_it_is() -> None:
    """App, queue, stack and project, who manages it, and what the stack file wants on all."""
    world, _ = on_aws(
        server={"tags": {"team": "crm"}, "alarm_topic": TOPIC},
        broker={"access": "user", "queues": [Queue(name="mails#1", default=True)]},
    )
    common = {
        "managed-by": "celeriac",
        "celeriac:stack": "celeriac/test",
        "celeriac:app": "mails",
        "celeriac:server": "queues",
        "team": "crm",
    }
    queue = world.aws(QUEUE, "mails-queue-mails#1")
    assert queue["tags"] == common | {"celeriac:queue": "mails_1"}
    untagged = {"QueuePolicy", "RedriveAllowPolicy", "UserPolicyAttachment", "AccessKey"}
    for key, inputs in world.registered.items():
        kind = key.split("::")[0].rpartition(":")[2]
        if key.startswith("aws:") and kind not in untagged:
            assert inputs["tags"].items() >= common.items(), key


def test_everything_has_the_broker_as_parent_and_only_production_is_protected() -> None:
    """Queues are protected in production, unless they may be lost; the proof's never."""
    for production, force, guarded in [
        (True, False, {*NAMES, *DEAD}),
        (True, True, set()),
        (False, False, set()),
    ]:
        world = AwsWorld()
        with world.watching_options():
            on_aws(
                server={"production": production, "alarm_topic": TOPIC},
                broker={"access": "user", "force_destroy": force},
                world=world,
            )
        made = {key: one for key, one in world.options.items() if key.startswith("aws:")}
        assert {parent_of(world, key) for key in made} == {"celeriac:index:SQSBroker"}
        protected = {key.rpartition("::")[2] for key, one in made.items() if one.protect}
        assert {world.aws(QUEUE, name)["name"] for name in protected} == guarded


def test_a_provider_of_the_programs_own_makes_all_of_it() -> None:
    """An AWS provider given to the server is that of its queues, wherever they are registered."""
    world = AwsWorld()

    def program() -> dict[str, pulumi.Output[Any]]:
        other = pulumi.ProviderResource("aws", "other", {"region": "us-east-1"})
        opts = pulumi.ResourceOptions(providers=[other])
        server = SQSServer("queues", region="us-east-1", opts=opts)
        SQSBroker("mails", server=server, queues=QUEUES)
        return {}

    with world.watching_options():
        run_in(world, program)
    providers = {
        one.provider.split("::")[-2] for key, one in world.options.items() if "aws:sqs" in key
    }
    assert providers == {"other"}


@pytest.mark.parametrize(
    ("broker", "sentence"),
    [
        ({"longest_task": 20_000}, r"at most 43200 \(12 hours\): shorten longest_task"),
        ({"visibility_timeout": 43_201}, "needs a visibility timeout of 43201 seconds"),
        ({"visibility_timeout": 1319}, "prefetch need 1320, or tasks would be delivered again"),
        ({"access_key_id": "AKIA"}, "has half an access key"),
        (
            {
                "queues": [Queue(name=f"q{i:03}-{'x' * 40}", default=i == 0) for i in range(80)],
                "visibility_timeout": 3600,
            },
            "has queues that are 80, which the app's IAM policy needs",
        ),
        ({"adopt": True}, "cannot be adopted on platform aws"),
    ],
)
def test_what_sqs_cannot_do_is_refused_before_anything_is_made(
    broker: Mapping[str, Any], sentence: str
) -> None:
    """One sentence with the number that is too much."""
    world = AwsWorld()
    with pytest.raises(ValueError, match=sentence):
        on_aws(broker=broker, world=world)
    assert world.all_of(QUEUE) == {}


def test_a_key_that_is_not_there_is_said_although_sqs_has_no_network() -> None:
    """Before anything is made, as for servers whose network is looked for."""

    def program() -> dict[str, pulumi.Output[Any]]:
        aws = Aws(region=REGION, kms_key="alias/gone")
        with pytest.raises(pulumi.RunError, match="there is no key alias/gone in this account"):
            make_servers({"q": AwsSqsServer(name="q", aws=aws, max_message_size=1024)}, None)
        return {}

    run_in(AwsWorld(answers=ANSWERS), program)
