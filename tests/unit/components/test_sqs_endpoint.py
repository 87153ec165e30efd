"""What a broker on SQS registers on platform existing: an AWS account, or another server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from tests.unit.components.sqs_app import NAMES, PROOF, QUEUES, app_on, arn, statements
from tests.unit.components.world import World, run_in

from celeriac import Queue, Reference
from celeriac.brokers.sqs import SQSBroker
from celeriac.servers.existing_sqs import SQSEndpoint

ENDPOINT = "https://sqs.example.com:9324"


class Account(World):
    """Tells a queue's URL and ARN once it is made, as SQS does."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs, with URL and ARN for a queue."""
        made, outputs = super().new_resource(args)
        if args.typ == "celeriac:sqs:Queue" and not self.preview:
            name = args.inputs["name"]
            outputs |= {"url": f"https://sqs.example.com/1/{name}", "arn": arn(name)}
        return made or "", outputs


def at(
    server: Mapping[str, Any], broker: Mapping[str, Any] | None = None, *, preview: bool = False
) -> tuple[World, dict[str, Any]]:
    """An app with its broker on SQS there."""

    def program() -> dict[str, pulumi.Output[Any]]:
        queues = SQSEndpoint("queues", region="eu-west-1", **server)
        settings: dict[str, Any] = {"queues": QUEUES, "longest_task": 600, "longest_delay": 0}
        return app_on(SQSBroker("mails", server=queues, **settings | dict(broker or {})))

    return run_in(Account(preview=preview), program)


def queues_of(world: World) -> dict[str, dict[str, Any]]:
    """The queues that were registered, by their names on SQS."""
    made = world.types["celeriac:sqs:Queue"]
    return {one["name"]: one for one in (world.one("sqs:Queue", name) for name in made)}


def test_queues_have_the_same_attributes_as_on_aws() -> None:
    """Timeouts, dead letters, encryption and kind; only a FIFO queue has what FIFO queues have."""
    world, _ = at({})
    made = queues_of(world)
    assert len(made) == 8
    mails, dead = made["mails-mails"], made["mails-mails-dead-letter"]
    assert (mails["visibilityTimeout"], mails["retention"], mails["waitTime"]) == (3300, 345600, 20)
    assert (mails["deadLetterArn"], mails["maxReceiveCount"]) == (arn(dead["name"]), 5)
    assert (dead["retention"], dead["redriveAllow"]) == (1_209_600, [arn("mails-mails")])
    assert made["mails-bulk-news"]["maxReceiveCount"] == 2
    assert "deadLetterArn" not in made["mails-quick"]
    assert all(queue["encrypted"] is True for queue in made.values())
    fifo = {name for name, queue in made.items() if queue.get("contentBasedDeduplication")}
    assert fifo == {"mails-steps.fifo", "mails-steps-dead-letter.fifo"}
    assert mails["tags"] == {
        "managed-by": "celeriac",
        "celeriac:stack": "celeriac/test",
        "celeriac:app": "mails",
        "celeriac:queue": "mails",
    }


def test_policies_name_the_account_that_the_first_queue_told() -> None:
    """Each denies plain HTTP and foreign accounts, but for the proof's, which was the first."""
    world, _ = at({})
    for name, queue in queues_of(world).items():
        if name == PROOF:
            assert "policy" not in queue
            continue
        plain_http, foreign = statements(queue["policy"])
        assert plain_http["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert foreign["Condition"]["StringNotEquals"] == {"aws:PrincipalAccount": "123456789012"}
        assert {plain_http["Resource"], foreign["Resource"]} == {arn(name)}


def test_at_an_endpoint_without_tls_no_policy_locks_everybody_out() -> None:
    """Plain HTTP is then the only way in; kombu is told so."""
    world, found = at({"url": "http://127.0.0.1:9324"})
    policy = statements(queues_of(world)["mails-mails"]["policy"])
    assert [statement["Sid"] for statement in policy] == ["DenyForeignAccounts"]
    options = json.loads(found["settings"][0])["broker_transport_options"]
    assert options["is_secure"] is False
    assert found["broker_url"] == ("sqs://127.0.0.1:9324/", False)


def test_protections_are_left_out_by_name() -> None:
    """As on AWS, what its server may not have at all."""
    without = ["encryptionAtRest", "tlsOnly", "foreignAccountsDenied", "redriveAllow"]
    world, _ = at({"without": without, "kms_key": "alias/celery"})
    for queue in queues_of(world).values():
        assert queue["encrypted"] is False
        assert queue.keys().isdisjoint({"policy", "kmsKey", "redriveAllow"})
    world, _ = at({"kms_key": "alias/celery"})
    assert {queue["kmsKey"] for queue in queues_of(world).values()} == {"alias/celery"}


def test_the_administrators_access_key_reaches_only_the_provider() -> None:
    """An app never gets it: it has its own, or finds its credentials where it runs."""
    world, found = at(
        {"url": ENDPOINT, "username": "AKIAADMIN", "password": Reference(env="SQS_SECRET")}
    )
    provider = world.registered["pulumi:providers:celeriac::queues"]
    assert provider["endpoint"] == ENDPOINT
    assert provider["region"] == "eu-west-1"
    assert (provider["username"], provider["passwordEnv"]) == ("AKIAADMIN", "SQS_SECRET")
    assert found["broker_url"] == ("sqs://sqs.example.com:9324/", False)
    assert "AKIAADMIN" not in str(found)


def test_an_access_key_of_the_apps_own_is_in_its_url_as_a_secret() -> None:
    """Quoted, because a secret access key may have slashes in it."""
    key = {"access_key_id": "AKIAAPP", "secret_access_key": "a/b+c"}
    _, found = at({"url": ENDPOINT}, key)
    assert found["broker_url"] == ("sqs://AKIAAPP:a%2Fb%2Bc@sqs.example.com:9324/", True)
    assert found["env"][1] is True
    holders = {name for name, (value, _) in found.items() if "a%2Fb" in str(value)}
    assert holders == {"broker_url", "env"}


def test_a_plain_aws_account_has_neither_endpoint_nor_is_secure() -> None:
    """Kombu and the provider then find AWS's own by the region."""
    world, found = at({})
    assert "endpoint" not in world.registered["pulumi:providers:celeriac::queues"]
    options = json.loads(found["settings"][0])["broker_transport_options"]
    assert "is_secure" not in options
    assert options["region"] == "eu-west-1"
    assert found["broker_url"] == ("sqs://", False)
    urls = {one["url"] for one in options["predefined_queues"].values()}
    assert urls == {f"https://sqs.example.com/1/{name}" for name in [*NAMES, PROOF]}


def test_messages_and_adoption_are_the_apps_to_say() -> None:
    """ForceDestroy and adopt reach every queue; the proof's may always be lost."""
    world, _ = at({}, {"adopt": True})
    made = queues_of(world)
    assert all(queue["adopt"] is True for queue in made.values())
    assert {name for name, queue in made.items() if queue["forceDestroy"]} == {PROOF}
    world, _ = at({}, {"force_destroy": True})
    assert all(queue["forceDestroy"] for queue in queues_of(world).values())


def test_a_preview_works_while_no_queue_is_there() -> None:
    """Account, ARNs and URLs are unknown then."""
    world, found = at({"url": ENDPOINT}, preview=True)
    assert len(queues_of(world)) == 8
    assert found["settings"] == (None, False)


def test_a_user_is_refused_where_there_is_no_iam() -> None:
    """One sentence that says what to give instead."""
    with pytest.raises(ValueError, match="needs platform aws: leave access out"):
        at({}, {"access": "user", "queues": [Queue(name="mails", default=True)]})
