"""What an app on SQS is handed: URL, settings, ARNs, a secret; and what its proof waits for."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from tests.unit.components.aws_world import ACCOUNT, REGION, AwsWorld, is_secret, plain
from tests.unit.components.sqs_app import (
    DEAD,
    KEY,
    NAMES,
    PROOF,
    QUEUE,
    TOPIC,
    on_aws,
    parent_of,
    url,
)
from tests.unit.components.world import run_in

from celeriac import CeleryApp, PostgreSQLResults, PostgreSQLServer
from celeriac.brokers.sqs import SQSBroker
from celeriac.servers.aws.sqs import SQSServer
from celeriac.settings_secret import SettingsSecret


def test_with_access_by_policy_the_url_holds_no_credential_and_is_no_secret() -> None:
    """The app finds its role's credentials by itself; only the results' URL is secret."""
    world, found = on_aws()
    assert found["broker_url"] == ("sqs://", False)
    assert found["env"][1] is True
    assert "aws:iam/user:User" not in world.types
    assert "aws:iam/accessKey:AccessKey" not in world.types


def test_a_users_access_key_is_in_the_url_and_secret_everywhere() -> None:
    """Quoted as Celery wants it; attached to the worker's policy and to nothing else."""
    world, found = on_aws(broker={"access": "user"})
    assert found["broker_url"] == (
        "sqs://AKIAceleriac-test-mails:mails-user-key-secret@",
        True,
    )
    holders = {name for name, (value, _) in found.items() if "mails-user-key-secret" in str(value)}
    assert holders == {"broker_url", "env"}
    assert found["env"][1] is True
    attached = world.all_of("iam/userPolicyAttachment:UserPolicyAttachment")
    assert attached == {
        "mails-user-worker": {
            "user": "celeriac-test-mails",
            "policyArn": f"arn:aws:iam::{ACCOUNT}:policy/celeriac-test-mails-worker",
        }
    }
    proof = world.one("celery:RoundTrip", "mails")
    assert is_secret(proof["brokerUrl"])
    assert "aws:iam/accessKey:AccessKey::mails-user-key" in proof["triggers"]


def test_settings_name_every_queue_by_its_url() -> None:
    """predefined_queues has the app's queues and the proof's, and no dead letters."""
    _, found = on_aws()
    settings = json.loads(found["settings"][0])
    assert found["settings"][1] is False
    options = settings["broker_transport_options"]
    assert {one["url"] for one in options["predefined_queues"].values()} == {
        url(name) for name in [*NAMES, PROOF]
    }
    assert options["region"] == REGION
    assert options["visibility_timeout"] == 3300
    assert settings["task_default_queue"] == "mails"
    assert sorted(settings["task_queues"]) == ["bulk.news", "mails", "quick", "steps.fifo"]


def test_the_proof_waits_for_queues_and_policies_and_runs_again_when_they_change() -> None:
    """A trigger for each, known from what was given: it differs where an attribute does."""
    world = AwsWorld()
    with world.watching_options():
        on_aws(world=world)
    proof = world.one("celery:RoundTrip", "mails")
    assert proof["queue"] == "mails.celeriac-proof"
    on_sqs = {key for key in proof["triggers"] if key.startswith("aws:")}
    assert on_sqs == {
        f"aws:sqs/{kind}::mails-queue-{name}{end}"
        for name in ["mails", "bulk.news", "steps.fifo", "quick", "mails.celeriac-proof"]
        for kind, end in [("queue:Queue", ""), ("queuePolicy:QueuePolicy", "-policy")]
    }
    waits_for = "\n".join(world.options["celeriac:celery:RoundTrip::mails"].dependencies)
    for key in on_sqs:
        kind, name = key.split("::")
        assert f"{kind}::{name}\n" in f"{waits_for}\n"
    changed, _ = on_aws(broker={"visibility_timeout": 4000})
    again = changed.one("celery:RoundTrip", "mails")["triggers"]
    key = "aws:sqs/queue:Queue::mails-queue-mails"
    assert again[key] != proof["triggers"][key]
    unchanged = "aws:sqs/queue:Queue::mails-queue-mails.celeriac-proof"
    assert again[unchanged] == proof["triggers"][unchanged]


def test_the_outputs_are_a_secret_that_a_task_definition_reads() -> None:
    """One JSON object of environment variables, encrypted with the key, recoverable, tagged."""
    world = AwsWorld()
    kept = SettingsSecret(kms_key=KEY, recovery_days=7, tags={"team": "crm"})
    with world.watching_options():
        _, found = on_aws(app={"settings_secret": kept}, world=world)
    secret = world.aws("secretsmanager/secret:Secret", "mails-settings")
    assert secret["kmsKeyId"] == KEY
    assert secret["recoveryWindowInDays"] == 7
    assert secret["namePrefix"] == "celeriac-test-mails-"
    assert "name" not in secret
    assert secret["tags"]["team"] == "crm"
    assert secret["tags"]["celeriac:app"] == "mails"
    version = world.aws("secretsmanager/secretVersion:SecretVersion", "mails-settings-version")
    assert is_secret(version["secretString"])
    assert json.loads(plain(version["secretString"])) == found["env"][0]
    assert version["secretId"] == found["secret_arn"][0]
    assert found["secret_arn"][1] is False
    key = "aws:secretsmanager/secretVersion:SecretVersion::mails-settings-version"
    assert any("RoundTrip" in urn for urn in world.options[key].dependencies)
    assert parent_of(world, key) == "celeriac:index:CeleryApp"


def test_without_a_place_for_it_there_is_no_secret() -> None:
    """Nothing of Secrets Manager is made unasked."""
    world, found = on_aws()
    assert "secret_arn" not in found
    assert [kind for kind in world.types if "secretsmanager" in kind] == []


def test_settings_that_no_secret_can_hold_are_refused_with_a_sentence() -> None:
    """All of RDS's CAs in one file are too much: it says what to do instead."""

    def program() -> dict[str, pulumi.Output[Any]]:
        broker = SQSBroker("mails", server=SQSServer("queues", region=REGION))
        results = PostgreSQLServer("results", host="db", username="deployer", ca="x" * 70_000)
        CeleryApp(
            "mails",
            broker=broker,
            result_backend=PostgreSQLResults("mails", server=results),
            settings_secret=SettingsSecret(),
        )
        return {}

    with pytest.raises(pulumi.RunError, match=r"at most 65536: give a smaller ca"):
        run_in(AwsWorld(), program)


def test_a_preview_works_while_nothing_of_it_is_there() -> None:
    """URLs and ARNs are unknown: everything is registered, nothing fails, nothing is made up."""
    asked = {"aws:kms/getKey:getKey": lambda args: {"arn": KEY, "id": "k", "keyId": args["keyId"]}}
    world, found = on_aws(
        server={"alarm_topic": TOPIC, "kms_key": "alias/celery"},
        broker={"access": "user"},
        app={"settings_secret": SettingsSecret()},
        world=AwsWorld(preview=True, answers=asked),
    )
    assert len(world.all_of(QUEUE)) == len([*NAMES, *DEAD, PROOF])
    # Mocks leave out what is unknown, or have an object for it.
    assert not isinstance(world.aws("iam/policy:Policy", "mails-worker").get("policy"), str)
    assert found["settings"] == (None, False)
    assert found["broker_url"] == (None, True)
    assert found["secret_arn"] == (None, False)
