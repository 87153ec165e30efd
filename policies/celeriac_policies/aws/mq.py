"""Rules on Amazon MQ: RabbitMQ as AWS runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.reading import is_on, mended, older, unprotected
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, Rule, Settings, Severity, resource_rule

BROKER: Final = "aws:mq/broker:Broker"
_GUIDE: Final = "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/"


@resource_rule(
    name="aws-mq-rabbitmq",
    description="A broker for Celery is RabbitMQ: ActiveMQ speaks another AMQP.",
    severity=Severity.HIGH,
    reads=(BROKER,),
    steps="Set engineType to RabbitMQ.",
    url="https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/index.html",
)
def rabbitmq(resource: Resource, given: Settings) -> Iterator[str]:
    """The engine."""
    if not _is_rabbitmq(resource):
        yield (
            f"it runs {resource.props.get('engineType')}, whose AMQP 1.0 Celery does not speak: "
            "set engineType to RabbitMQ"
        )


@resource_rule(
    name="aws-mq-supported-version",
    description="RabbitMQ's version is one on which Celery's quorum queues and delays work.",
    severity=Severity.HIGH,
    reads=(BROKER,),
    steps='Set engineVersion to "4.2".',
    url=f"{_GUIDE}rabbitmq-version-management.html",
    parameters=(Parameter("least", "string", "4.0", "The oldest version of RabbitMQ."),),
    same_as={"checkov": ("CKV_AWS_208",)},
)
def supported_version(resource: Resource, given: Settings) -> Iterator[str]:
    """Versions."""
    version = resource.props.get("engineVersion")
    if _is_rabbitmq(resource) and version is not None and older(version, given["least"]):
        yield f"RabbitMQ {version} is too old: set engineVersion to {given['least']} or later"


@resource_rule(
    name="aws-mq-instance-type",
    description="The machine is one that Amazon MQ runs this version of RabbitMQ on.",
    severity=Severity.MEDIUM,
    reads=(BROKER,),
    steps="Set hostInstanceType to one of mq.m7g, such as mq.m7g.large.",
    url=f"{_GUIDE}rabbitmq-4.html",
    parameters=(
        Parameter("families", "array", ["mq.m7g"], "Families of machines that run RabbitMQ 4."),
    ),
)
def instance_type(resource: Resource, given: Settings) -> Iterator[str]:
    """The machine."""
    family = resource.props.get("hostInstanceType", "").rpartition(".")[0]
    new = not older(resource.props.get("engineVersion", "4"), "4")
    if _is_rabbitmq(resource) and new and family not in given["families"]:
        yield (
            f"Amazon MQ does not run RabbitMQ 4 on {resource.props.get('hostInstanceType')}: set "
            f"hostInstanceType to {', '.join(given['families'])}"
        )


@mended(publiclyAccessible=False)
@resource_rule(
    name="aws-mq-private",
    description="A broker has no address on the internet.",
    severity=Severity.CRITICAL,
    reads=(BROKER,),
    steps=(
        "Leave publiclyAccessible out, or set it to false. A broker that exists would be replaced "
        "by an empty one: make a second one and move the apps."
    ),
    url=f"{_GUIDE}using-amazon-mq-securely.html",
    same_as={"checkov": ("CKV_AWS_69",), "trivy": ("AVD-AWS-0072",)},
)
def private(resource: Resource, given: Settings) -> Iterator[str]:
    """Public access."""
    if is_on(resource.props, "publiclyAccessible"):
        yield "it has an address on the internet: set publiclyAccessible to false"


@resource_rule(
    name="aws-mq-cluster",
    description="A broker survives the loss of an availability zone.",
    severity=Severity.MEDIUM,
    reads=(BROKER,),
    steps="Set deploymentMode to CLUSTER_MULTI_AZ, with a subnet in each of three zones.",
    url=f"{_GUIDE}rabbitmq-broker-architecture.html",
    same_as={"security-hub": ("MQ.6",)},
)
def cluster(resource: Resource, given: Settings) -> Iterator[str]:
    """Nodes in several zones."""
    mode = resource.props.get("deploymentMode", "SINGLE_INSTANCE")
    if _is_rabbitmq(resource) and mode != "CLUSTER_MULTI_AZ":
        yield (
            f"it is {mode}: quorum queues have one copy, and every maintenance is an outage; set "
            "deploymentMode to CLUSTER_MULTI_AZ"
        )


@resource_rule(
    name="aws-mq-logs",
    description="A broker's log is in CloudWatch.",
    severity=Severity.MEDIUM,
    reads=(BROKER,),
    steps="Set logs to {general: true}, without audit, which Amazon MQ refuses for RabbitMQ.",
    url=f"{_GUIDE}rabbitmq-logging-monitoring.html",
    same_as={"checkov": ("CKV_AWS_48",), "trivy": ("AVD-AWS-0071",)},
)
def logs(resource: Resource, given: Settings) -> Iterator[str]:
    """Logs."""
    wanted = resource.props.map("logs")
    if not is_on(wanted, "general"):
        yield "why it refused a connection cannot be read anywhere: set logs.general to true"
    if _is_rabbitmq(resource) and is_on(wanted, "audit"):
        yield "Amazon MQ has no audit log of RabbitMQ and refuses the setting: leave logs.audit out"


@mended(autoMinorVersionUpgrade=True)
@resource_rule(
    name="aws-mq-minor-upgrades",
    description="Minor versions of a broker, with their security fixes, come by themselves.",
    severity=Severity.MEDIUM,
    reads=(BROKER,),
    steps="Set autoMinorVersionUpgrade to true; for RabbitMQ Amazon MQ accepts nothing else.",
    url=f"{_GUIDE}upgrading-brokers.html",
    same_as={"checkov": ("CKV_AWS_207",), "security-hub": ("MQ.3",)},
)
def minor_upgrades(resource: Resource, given: Settings) -> Iterator[str]:
    """Upgrades in the maintenance window."""
    if not is_on(resource.props, "autoMinorVersionUpgrade"):
        yield "it goes without security fixes: set autoMinorVersionUpgrade to true"


@resource_rule(
    name="aws-mq-own-key",
    description="A key of one's own encrypts a broker, so that its use is logged and ended.",
    severity=Severity.LOW,
    advice=True,
    reads=(BROKER,),
    steps=(
        "Name a key of KMS in encryptionOptions.kmsKeyId, with useAwsOwnedKey false, before the "
        "broker is made: it cannot change later."
    ),
    url=f"{_GUIDE}data-protection.html",
    same_as={"checkov": ("CKV_AWS_209",), "cfn-nag": ("W53",)},
)
def own_key(resource: Resource, given: Settings) -> Iterator[str]:
    """A customer's key. Amazon MQ always encrypts, with a key that AWS owns by itself."""
    if resource.props.map("encryptionOptions").get("kmsKeyId") is None:
        yield (
            "no key of yours encrypts it: name one in encryptionOptions.kmsKeyId, where a "
            "regulation asks for one"
        )


@resource_rule(
    name="aws-mq-protected",
    description="Pulumi refuses to delete a broker, which AWS itself does not protect.",
    severity=Severity.MEDIUM,
    reads=(BROKER,),
    steps="Give the broker the option protect=True.",
    url="https://www.pulumi.com/docs/iac/concepts/options/protect/",
)
def protected(resource: Resource, given: Settings) -> Iterator[str]:
    """Protection."""
    return unprotected(resource, "the broker and every task on it")


def _is_rabbitmq(resource: Resource) -> bool:
    return str(resource.props.get("engineType", "")).lower() == "rabbitmq"


RULES: Final[tuple[Rule, ...]] = (
    rabbitmq,
    supported_version,
    instance_type,
    private,
    cluster,
    logs,
    minor_upgrades,
    own_key,
    protected,
)
