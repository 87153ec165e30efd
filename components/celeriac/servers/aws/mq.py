"""Amazon MQ for RabbitMQ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack
from urllib.parse import urlsplit

from pulumi_aws import mq

from celeriac.servers.aws.server import AwsServer, Common

if TYPE_CHECKING:
    from celeriac.servers.aws.network import Network

AMQPS, MANAGEMENT = 5671, 443
LONGEST_NAME = 50
"""Characters of a broker's name (CreateBroker)."""
ADMINISTRATOR = "celeriac"
NODES = 3
"""Of a cluster, each in a zone of its own."""


class AmazonMQServer(AwsServer):
    """A broker of Amazon MQ: a single instance, or a cluster of three in as many zones.

    Amazon MQ has no deletion protection, no backups and for RabbitMQ no key of one's own; what
    stands in for them is in docs/aws.md. Minor versions are always upgraded in the maintenance
    window: of RabbitMQ it accepts nothing else.

    Args:
        name: the component's name.
        network: where it is put, and who may connect.
        instance_type: `mq.m7g.medium` …: RabbitMQ 4 runs on mq.m7g only
            (https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-4.html).
        version: major and minor version of RabbitMQ.
        multi_az: whether it is a cluster.
        logs: whether its general log goes to CloudWatch. RabbitMQ has no audit log there.
        common: see `Common`.
    """

    def __init__(
        self,
        name: str,
        *,
        network: Network,
        instance_type: str = "mq.m7g.large",
        version: str = "4.2",
        multi_az: bool = True,
        logs: bool = True,
        **common: Unpack[Common],
    ) -> None:
        super().__init__(
            "AmazonMQServer",
            name,
            network=network,
            ports=(AMQPS, MANAGEMENT),
            longest=LONGEST_NAME,
            props={
                "instanceType": instance_type,
                "version": version,
                "multiAz": multi_az,
                "logs": logs,
            },
            common=common,
        )
        # No comma, colon or equals sign, which Amazon MQ refuses; 12 characters at least.
        self.password = self._generated(f"{name}-administrator")
        self.broker = mq.Broker(
            name,
            broker_name=self._physical,
            engine_type="RabbitMQ",
            engine_version=version,
            host_instance_type=instance_type,
            deployment_mode="CLUSTER_MULTI_AZ" if multi_az else "SINGLE_INSTANCE",
            subnet_ids=network.one_per_zone[: NODES if multi_az else 1],
            security_groups=[self.security_group.id],
            publicly_accessible=False,
            auto_minor_version_upgrade=True,
            apply_immediately=self._at_once,
            logs=mq.BrokerLogsArgs(general=logs),
            maintenance_window_start_time=mq.BrokerMaintenanceWindowStartTimeArgs(
                day_of_week="SUNDAY", time_of_day="03:00", time_zone="UTC"
            ),
            users=[mq.BrokerUserArgs(username=ADMINISTRATOR, password=self.password)],
            tags=self._tags,
            # Amazon MQ neither changes the first user of RabbitMQ nor tells of it. Other subnets
            # would be another broker, and one more with the same tags can come any day.
            opts=self._options(server=True, ignore_changes=["broker_name", "users", "subnet_ids"]),
        )
        self.deleted_with = self.broker
        instance = self.broker.instances[0]
        amqps = instance.endpoints[0].apply(urlsplit)
        self._reach(
            endpoint=instance.console_url,
            host=amqps.apply(lambda url: url.hostname or ""),
            port=amqps.apply(lambda url: url.port or AMQPS),
            username=ADMINISTRATOR,
            password=self.password,
        )
        self.register_outputs({"host": self.address.host, "management": instance.console_url})
