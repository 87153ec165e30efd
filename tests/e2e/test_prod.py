"""Stack `prod` from preview to destroy: `stacks/Pulumi.prod.yaml` with the real engine.

The engine, the program, the classes of pulumi_aws, the celeriac provider, the policy pack at level
`strict` and the Celery of the proof are the real ones. AWS is a stand-in: moto, and real RabbitMQ,
Redis and PostgreSQL behind what is made there; `tests/standins/aws/README.md` says what that shows
and what it does not.

With `CELERIAC_TEST_AWS=1` and credentials that boto3 finds, the same steps run on AWS itself,
without the stand-in. Nobody has done so yet. It costs money (stack `prod` is multi-AZ), must run
inside the VPC, and needs in the environment what `VARIABLES` in `tests/e2e/aws.py` lists. What
`destroy` keeps on purpose is left there: final snapshots, and secrets that can be restored.

The tests of this file are steps on one stack and run in their order.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.aws import Stack, World, mine, opened, overlay, prod, project_in, unprotected
from tests.e2e.project import CHECKOUT
from tests.policies.engine import PACK, levels, said

pytestmark = [
    pytest.mark.row("rabbitmq", "redis", "redis-results", "sqs", "postgresql"),
    pytest.mark.row("rabbitmq-tls", "redis-tls", "postgresql-tls"),
]

HOUR = 3600
REAL = 5400
"""Seconds that one command may take on AWS: a cluster of Amazon MQ alone takes 20 minutes."""


@pytest.fixture(scope="module")
def world(servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An account with a network, and nothing of a stack in it."""
    with opened(tmp_path_factory.mktemp("aws"), servers) as found:
        yield found


@pytest.fixture(scope="module")
def stack(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The project with the stack file, not up yet; whatever a test leaves is destroyed."""
    config = prod(world)
    made = Stack(project_in(tmp_path_factory.mktemp("prod"), world.account, config), world, config)
    yield made
    if made.project.resources():
        made.project.write(unprotected(made.config))
        made.project.run("up", "--yes", "--skip-preview", timeout=REAL)
        made.project.run("destroy", "--yes", "--skip-preview", timeout=REAL)


@pytest.fixture(scope="module")
def up(stack: Stack) -> Stack:
    """The stack, up, with every policy of profile `strict` in its way."""
    strict = (*PACK, *levels("strict"))
    done = stack.project.run("up", "--yes", "--skip-preview", *strict, check=True, timeout=REAL)
    assert said(done).violations == frozenset()
    return stack


@pytest.mark.steps
class TestProd:
    """In the order of a stack's life."""

    def test_preview_touches_nothing(self, stack: Stack) -> None:
        """A first preview asks for the network, works with unknown endpoints, creates nothing."""
        before = stack.inventory()
        done = stack.project.preview(*PACK, *levels("strict"))
        assert said(done).violations == frozenset()
        assert done.changes["create"] > 80
        assert stack.inventory() == before
        assert mine(before, "celeriac-prod") == {}

    @pytest.mark.shows("aws")
    def test_up_proves_all_three_apps(self, up: Stack) -> None:
        """One `up` makes servers and apps, and a real task ran on each of them."""
        proofs = [r for r in up.project.resources() if r["type"] == "celeriac:celery:RoundTrip"]
        apps = up.config["celeriac:apps"]
        assert {proof["inputs"]["app"] for proof in proofs} == set(apps)
        assert all(proof["outputs"]["celeryVersion"] for proof in proofs)
        assert set(up.project.outputs()["apps"]) == set(apps)

    def test_no_credential_is_in_clear(self, up: Stack) -> None:
        """Neither in the outputs nor anywhere in the state."""
        done = subprocess.run(
            [CHECKOUT / "tools/check-outputs", up.project.stack],
            cwd=up.project.folder,
            env=up.project.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @pytest.mark.shows("aws")
    def test_second_up_changes_nothing(self, up: Stack) -> None:
        """Twice the same is once."""
        assert up.project.up("--expect-no-changes").changed == {}

    def test_refresh_finds_the_state_true(self, up: Stack) -> None:
        """Nothing drifts by itself."""
        assert up.project.preview("--refresh", "--expect-no-changes").changed == {}

    def test_every_queue_has_its_limits(self, up: Stack) -> None:
        """Queues of the app, a dead-letter queue each, one of the proof; nothing is unencrypted."""
        app = up.app_on("sqs")
        settings = json.loads(up.project.outputs()["apps"][app]["settings"])
        options = settings["broker_transport_options"]
        longest = settings["visibility_timeout"]
        names = {entry["url"].rpartition("/")[2] for entry in options["predefined_queues"].values()}
        dead = {name for name in up.queues() if "dead-letter" in name}
        assert names | dead == set(up.queues())
        assert len(dead) == len(settings["task_queues"])
        assert options["visibility_timeout"] == longest > HOUR
        for name in up.queues():
            found = up.attributes(name)
            encrypted = found.get("SqsManagedSseEnabled") == "true" or "KmsMasterKeyId" in found
            assert encrypted, name
            assert int(found["ReceiveMessageWaitTimeSeconds"]) >= 10
            if name.endswith(".fifo"):
                assert found["FifoQueue"] == "true"
            if name in dead or "celeriac-proof" in name:
                continue
            assert int(found["VisibilityTimeout"]) == longest

    def test_dead_letters_go_where_they_are_let_in(self, up: Stack) -> None:
        """Each redrive policy names a queue whose redrive-allow policy names the first, only it."""
        pairs = 0
        for name in up.queues():
            found = up.attributes(name)
            if "RedrivePolicy" not in found:
                continue
            policy = json.loads(found["RedrivePolicy"])
            target = up.attributes(policy["deadLetterTargetArn"].rpartition(":")[2])
            allowed = json.loads(target["RedriveAllowPolicy"])
            assert allowed == {
                "redrivePermission": "byQueue",
                "sourceQueueArns": [found["QueueArn"]],
            }
            assert policy["maxReceiveCount"] >= 1
            assert int(target["MessageRetentionPeriod"]) >= int(found["MessageRetentionPeriod"])
            pairs += 1
        assert pairs == sum("dead-letter" in name for name in up.queues()) > 0

    def test_queue_policies_deny_plain_http_and_strangers(self, up: Stack) -> None:
        """Every queue, of dead letters and the proof too; and nobody is allowed anything."""
        for name in up.queues():
            found = up.attributes(name)
            statements = json.loads(found["Policy"])["Statement"]
            assert {statement["Effect"] for statement in statements} == {"Deny"}
            assert {statement["Resource"] for statement in statements} == {found["QueueArn"]}
            conditions = [statement["Condition"] for statement in statements]
            assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
            accounts = [c["StringNotEquals"] for c in conditions if "StringNotEquals" in c]
            assert accounts == [{"aws:PrincipalAccount": up.world.account.id}]

    def test_iam_documents_name_the_queues_of_the_app(self, up: Stack) -> None:
        """A worker receives, a producer does not; no wildcard in action or resource."""
        app = up.app_on("sqs")
        outputs = up.project.outputs()["apps"][app]
        prefix = json.loads(outputs["settings"])["broker_transport_options"]["queue_name_prefix"]
        for who, receives in (("worker", True), ("producer", False)):
            statements = up.document(outputs[f"{who}_policy_arn"])["Statement"]
            ours = next(s for s in statements if any(a.startswith("sqs:") for a in s["Action"]))
            assert ("sqs:ReceiveMessage" in ours["Action"]) is receives
            assert "sqs:SendMessage" in ours["Action"]
            everything = [*ours["Action"], *ours["Resource"]]
            assert not any("*" in word for word in everything)
            names = {arn.rpartition(":")[2] for arn in ours["Resource"]}
            assert names <= set(up.queues())
            assert all(name.startswith(prefix) for name in names)
            assert not any("dead-letter" in name for name in names)

    def test_alarms_watch_age_and_dead_letters(self, up: Stack) -> None:
        """One on each queue, one on each dead-letter queue, both tell the topic."""
        alarms = up.world.account.client("cloudwatch").describe_alarms()["MetricAlarms"]
        watched: dict[str, set[str]] = {
            "ApproximateAgeOfOldestMessage": set(),
            "ApproximateNumberOfMessagesVisible": set(),
        }
        for alarm in alarms:
            dimensions = {d["Name"]: d["Value"] for d in alarm["Dimensions"]}
            if dimensions.get("QueueName") not in up.queues():
                continue
            watched[alarm["MetricName"]].add(dimensions["QueueName"])
            assert alarm["AlarmActions"] == [up.world.topic]
            assert alarm["TreatMissingData"] == "notBreaching"
        dead = {name for name in up.queues() if "dead-letter" in name}
        proof = {name for name in up.queues() if "celeriac-proof" in name}
        assert watched["ApproximateNumberOfMessagesVisible"] == dead
        assert watched["ApproximateAgeOfOldestMessage"] == set(up.queues()) - dead - proof

    def test_everything_is_tagged(self, up: Stack) -> None:
        """With the stack, and with the stack file's own tags."""
        wanted = up.config["celeriac:aws"].get("tags", {}) | {"celeriac:stack": "celeriac/prod"}
        for resource in up.project.resources():
            if "tagsAll" in resource.get("outputs", {}):
                assert wanted.items() <= resource["outputs"]["tagsAll"].items(), resource["urn"]
        url = next(iter(up.queues().values()))
        assert wanted.items() <= up.sqs.list_queue_tags(QueueUrl=url)["Tags"].items()

    def test_secrets_are_the_outputs(self, up: Stack) -> None:
        """What a task definition reads is what a stack reference reads."""
        for outputs in up.project.outputs()["apps"].values():
            kept = up.secret(outputs["secret_arn"])
            env = outputs["env"]
            assert env.items() <= kept.items()
            assert set(kept) - set(env) <= {"CELERY_CA"}
            assert kept.get("CELERY_CA") == outputs.get("ca")

    def test_servers_are_private_encrypted_and_kept(self, up: Stack) -> None:
        """What production must have is on, although the stack file does not ask for it."""
        rds, mq = up.world.account.client("rds"), up.world.account.client("mq")
        name = f"celeriac-prod-{up.server('postgresql')}"
        database = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        for key in ("StorageEncrypted", "MultiAZ", "DeletionProtection", "AutoMinorVersionUpgrade"):
            assert database[key] is True, key
        assert database["PubliclyAccessible"] is False
        assert database["BackupRetentionPeriod"] >= 14
        assert database["EnabledCloudwatchLogsExports"]
        summary = next(
            b
            for b in mq.list_brokers()["BrokerSummaries"]
            if b["BrokerName"] == f"celeriac-prod-{up.server('rabbitmq')}"
        )
        broker = mq.describe_broker(BrokerId=summary["BrokerId"])
        assert broker["DeploymentMode"] == "CLUSTER_MULTI_AZ"
        assert broker["PubliclyAccessible"] is False
        assert broker["Logs"]["General"] is True
        assert len(broker["SubnetIds"]) == 3
        (group,) = up.inputs("aws:elasticache/replicationGroup:ReplicationGroup")
        for key in (
            *("atRestEncryptionEnabled", "transitEncryptionEnabled", "multiAzEnabled"),
            *("automaticFailoverEnabled", "autoMinorVersionUpgrade"),
        ):
            assert group[key] is True, key
        assert group["clusterMode"] == "disabled"
        assert group["snapshotRetentionLimit"] >= 1
        assert group["logDeliveryConfigurations"]

    def test_parameter_groups_are_in_force(self, up: Stack) -> None:
        """Nothing is evicted, and nothing comes in without TLS."""
        (eviction,) = up.inputs("aws:elasticache/parameterGroup:ParameterGroup")
        parameters = {p["name"]: p["value"] for p in eviction["parameters"]}
        assert parameters["maxmemory-policy"] == "noeviction"
        (forced,) = up.inputs("aws:rds/parameterGroup:ParameterGroup")
        rds = up.world.account.client("rds")
        found = rds.describe_db_parameters(DBParameterGroupName=forced["name"])["Parameters"]
        values = {p["ParameterName"]: p.get("ParameterValue") for p in found}
        assert values["rds.force_ssl"] == "1"

    def test_security_groups_admit_the_clients_only(self, up: Stack) -> None:
        """The given group and network, on the servers' ports, and nothing outwards."""
        ec2 = up.world.account.client("ec2")
        groups = up.inputs("aws:ec2/securityGroup:SecurityGroup")
        assert len(groups) == 3
        found = ec2.describe_security_groups(
            Filters=[{"Name": "group-name", "Values": [group["name"] for group in groups]}]
        )["SecurityGroups"]
        assert len(found) == 3
        for group in found:
            assert group["IpPermissionsEgress"] == []
            sources = {
                *(r["CidrIp"] for p in group["IpPermissions"] for r in p["IpRanges"]),
                *(r["GroupId"] for p in group["IpPermissions"] for r in p["UserIdGroupPairs"]),
            }
            assert sources == set(up.world.clients)
            ports = {(p["FromPort"], p["ToPort"]) for p in group["IpPermissions"]}
            assert ports <= {(5671, 5671), (443, 443), (6379, 6379), (5432, 5432)}

    def test_the_default_user_of_redis_is_off(self, up: Stack) -> None:
        """Each app has a user of its own, of its own prefix, in the server's group."""
        users = up.inputs("aws:elasticache/user:User")
        (default,) = [user for user in users if user["userName"] == "default"]
        assert default["accessString"].split()[0] == "off"
        app = up.app_on("redis")
        own = [user for user in users if user["userName"].startswith(app)]
        assert own
        for user in own:
            keys = [word for word in user["accessString"].split() if word.startswith(("~", "%"))]
            assert keys
            assert all(app in key for key in keys)

    def test_a_longer_task_changes_queues_in_place(self, up: Stack) -> None:
        """The visibility timeout follows in every queue and in the settings, also the secret's."""
        app = up.app_on("sqs")
        before = json.loads(up.project.outputs()["apps"][app]["settings"])["visibility_timeout"]
        made = {name: up.attributes(name)["CreatedTimestamp"] for name in up.queues()}
        up.project.write(overlay(up.config, {f"celeriac:apps/{app}/longestTask": "45m"}))
        done = up.project.up()
        # A version of a secret is a new one each time.
        assert done.changed["replace"] == 1
        assert set(done.changed) == {"update", "replace"}
        outputs = up.project.outputs()["apps"][app]
        after = json.loads(outputs["settings"])["visibility_timeout"]
        assert after > before
        values = {
            up.attributes(name)["VisibilityTimeout"]
            for name in up.queues()
            if "dead-letter" not in name and "celeriac-proof" not in name
        }
        assert values == {str(after)}
        assert made == {name: up.attributes(name)["CreatedTimestamp"] for name in up.queues()}
        assert up.secret(outputs["secret_arn"])["CELERY_SETTINGS"] == outputs["settings"]
        up.project.write(up.config)
        up.project.up()
        assert up.project.up("--expect-no-changes").changed == {}

    def test_refresh_sees_drift_and_up_mends_it(self, up: Stack) -> None:
        """Somebody changed a queue by hand."""
        name = next(n for n in up.queues() if "dead-letter" not in n and "proof" not in n)
        was = up.attributes(name)
        up.sqs.set_queue_attributes(
            QueueUrl=up.queues()[name],
            # Moto drops a policy that is not sent along.
            Attributes={"VisibilityTimeout": "7", "Policy": was["Policy"]},
        )
        done = up.project.preview("--refresh")
        assert done.changed.get("update", 0) >= 1
        # What the refresh found or what the update would write: the CLI shows the later in time.
        right = was["VisibilityTimeout"]
        seen = rf"visibilityTimeoutSeconds: ({right} => 7|7 => {right})\n"
        assert re.search(seen, done.output), done.output
        up.project.up("--refresh")
        assert up.attributes(name) | {"LastModifiedTimestamp": ""} == was | {
            "LastModifiedTimestamp": ""
        }
        assert up.project.up("--expect-no-changes").changed == {}

    def test_destroy_is_refused(self, up: Stack) -> None:
        """Production is protected: nothing at all is deleted."""
        before, resources = up.inventory(), up.project.resources()
        done = up.project.destroy(check=False)
        assert done.code != 0
        assert "DeletionProtection" in done.output
        assert "Traceback" not in done.output
        assert up.inventory() == before
        assert len(up.project.resources()) == len(resources)

    def test_destroy_leaves_nothing(self, up: Stack) -> None:
        """Once the stack file says so, everything goes; what is kept is kept on purpose."""
        up.project.write(unprotected(up.config))
        up.project.up()
        up.project.run("destroy", "--yes", "--skip-preview", check=True, timeout=REAL)
        assert up.project.resources() == []
        assert up.queues() == {}
        assert mine(up.inventory(), "celeriac-prod") == {}
        if not up.world.real:
            assert up.inventory() == {}
            assert not any(up.world.account.folder.glob("servers/*-*"))
        rds = up.world.account.client("rds")
        snapshots = rds.describe_db_snapshots()["DBSnapshots"]
        assert any("celeriac-prod" in s["DBSnapshotIdentifier"] for s in snapshots)
