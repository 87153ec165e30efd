"""RDS for PostgreSQL and for MySQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack

import pulumi
from pulumi_aws import cloudwatch, rds

from celeriac.servers.aws.server import LOG_DAYS, AwsServer, Common
from celeriac.servers.existing_mysql import mysql_endpoint

if TYPE_CHECKING:
    from celeriac.servers.aws.network import Network

ADMINISTRATOR = "celeriac"
LONGEST_NAME = 63
"""Characters of an instance's identifier (CreateDBInstance)."""
GROWTH = 5
"""How many times its storage at the beginning an instance may grow to by itself."""
FREE_INSIGHTS = 7
"""Days of performance insights that cost nothing."""


class _Engine:
    """What is different between the engines."""

    def __init__(self, *, port: int, parameters: dict[str, str], logs: tuple[str, ...]) -> None:
        self.port, self.parameters, self.logs = port, parameters, logs


_ENGINES = {
    "postgresql": _Engine(
        port=5432, parameters={"rds.force_ssl": "1"}, logs=("postgresql", "upgrade")
    ),
    "mysql": _Engine(
        port=3306,
        parameters={"require_secure_transport": "1", "slow_query_log": "1", "log_output": "FILE"},
        logs=("error", "slowquery"),
    ),
}
"""By kind. TLS is forced by the parameter group:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.html"""


class RDSServer(AwsServer):
    """An instance of RDS, with TLS forced.

    AWS signs its certificates with authorities of its own, which no system knows: give `ca` the
    bundle of https://truststore.pki.rds.amazonaws.com/<region>/<region>-bundle.pem.

    Args:
        name: the component's name.
        network: where it is put, and who may connect. RDS wants subnets in two zones at least.
        engine: `postgresql` or `mysql`.
        version: of the engine; its major version alone leaves the rest to RDS.
        instance_class: `db.m7g.large` …
        storage: GiB at the beginning; it grows by itself up to five times as much.
        multi_az: whether a standby in another zone takes over.
        backup_days: days that backups and the log for point-in-time recovery are kept; 0 for no
            backups.
        final_snapshot: whether a snapshot is made when it is deleted.
        encryption_at_rest: whether its storage is encrypted.
        minor_upgrades: whether minor versions are upgraded in the maintenance window.
        logs: whether its logs go to CloudWatch.
        performance_insights: whether RDS keeps what the load is made of, for a week.
        managed_password: whether Secrets Manager keeps and rotates the administrator's password;
            or else the state keeps one.
        database: the database that the administrator connects to; apps get their own.
        common: see `Common`.
    """

    def __init__(
        self,
        name: str,
        *,
        network: Network,
        engine: Literal["postgresql", "mysql"] = "postgresql",
        version: str = "17",
        instance_class: str = "db.m7g.large",
        storage: int = 100,
        multi_az: bool = True,
        backup_days: int = 14,
        final_snapshot: bool = True,
        encryption_at_rest: bool = True,
        minor_upgrades: bool = True,
        logs: bool = True,
        performance_insights: bool = True,
        managed_password: bool = True,
        database: str = "postgres",
        **common: Unpack[Common],
    ) -> None:
        about = _ENGINES[engine]
        super().__init__(
            "RDSServer",
            name,
            network=network,
            ports=(about.port,),
            longest=LONGEST_NAME,
            props={
                "engine": engine,
                "version": version,
                "instanceClass": instance_class,
                "storage": storage,
                "multiAz": multi_az,
                "backupDays": backup_days,
                "finalSnapshot": final_snapshot,
                "encryptionAtRest": encryption_at_rest,
                "minorUpgrades": minor_upgrades,
                "logs": logs,
                "performanceInsights": performance_insights,
                "managedPassword": managed_password,
                "forceTls": True,
            },
            common=common,
        )
        key = network.kms_key if encryption_at_rest else None
        login: dict[str, Any] = (
            {"manage_master_user_password": True, "master_user_secret_kms_key_id": network.kms_key}
            if managed_password
            else {"password": self._generated(f"{name}-administrator")}
        )
        self.instance = rds.Instance(
            name,
            identifier=self._physical,
            engine="postgres" if engine == "postgresql" else engine,
            engine_version=version,
            instance_class=instance_class,
            db_name=database if engine == "postgresql" and database != "postgres" else None,
            port=about.port,
            username=ADMINISTRATOR,
            allocated_storage=storage,
            max_allocated_storage=GROWTH * storage,
            storage_type="gp3",
            storage_encrypted=encryption_at_rest,
            kms_key_id=key,
            multi_az=multi_az,
            db_subnet_group_name=self._subnet_group().name,
            vpc_security_group_ids=[self.security_group.id],
            publicly_accessible=False,
            parameter_group_name=self._parameters(engine, version, about).name,
            backup_retention_period=backup_days,
            backup_window="01:00-02:00",
            maintenance_window="sun:03:00-sun:04:00",
            copy_tags_to_snapshot=True,
            deletion_protection=self._protected,
            skip_final_snapshot=not final_snapshot,
            final_snapshot_identifier=self._final_snapshot,
            auto_minor_version_upgrade=minor_upgrades,
            # Only a version that was written is another major one.
            allow_major_version_upgrade=True,
            apply_immediately=self._at_once,
            enabled_cloudwatch_logs_exports=list(about.logs) if logs else [],
            performance_insights_enabled=performance_insights,
            performance_insights_retention_period=FREE_INSIGHTS if performance_insights else None,
            performance_insights_kms_key_id=key if performance_insights else None,
            tags=self._tags,
            opts=self._options(
                server=True,
                # Another name of either would replace it by an empty one.
                ignore_changes=["identifier", "db_name"],
                depends_on=self._log_groups(about) if logs else [],
            ),
            **login,
        )
        self.deleted_with = self.instance
        self._kind = engine
        self.host, self.port = self.instance.address, self.instance.port
        if managed_password:
            login = {
                "password_secret": self.instance.master_user_secrets.apply(
                    lambda secrets: secrets[0].secret_arn
                )
            }
        endpoint = mysql_endpoint(self.host, self.port, tls=True)
        if engine == "postgresql":
            endpoint = pulumi.Output.format(
                "postgresql://{}:{}/{}?sslmode=verify-full", self.host, self.port, database
            )
        self._reach(
            endpoint=endpoint,
            host=self.host,
            port=self.port,
            username=ADMINISTRATOR,
            **login,
        )
        self.register_outputs({"host": self.host, "port": self.port})

    def _subnet_group(self) -> rds.SubnetGroup:
        return rds.SubnetGroup(
            f"{self._name}-subnets",
            name=self._physical,
            description=f"Subnets of {self._name}",
            subnet_ids=self._network.subnet_ids,
            tags=self._tags,
            opts=self._options(ignore_changes=["name"]),
        )

    def _parameters(self, engine: str, version: str, about: _Engine) -> rds.ParameterGroup:
        """TLS or nothing. A group is of one family: its name has the version in it."""
        family = _family(engine, version)
        return rds.ParameterGroup(
            f"{self._name}-parameters",
            name=self._named(family, longest=255),
            family=family,
            description=f"Parameters of {self._name}",
            parameters=[
                rds.ParameterGroupParameterArgs(name=key, value=value)
                for key, value in about.parameters.items()
            ],
            tags=self._tags,
            # The old version's is in use until the instance has the new one's.
            opts=self._options(delete_before_replace=False),
        )

    def _log_groups(self, about: _Engine) -> list[pulumi.Resource]:
        """Where RDS writes its logs: it would make them itself, and keep all for ever."""
        return [
            cloudwatch.LogGroup(
                f"{self._name}-{log}-log",
                name=f"/aws/rds/instance/{self._physical}/{log}",
                retention_in_days=LOG_DAYS,
                tags=self._tags,
                opts=self._options(ignore_changes=["name"]),
            )
            for log in about.logs
        ]


def _family(engine: str, version: str) -> str:
    """The parameter groups' family: `postgres17`, `mysql8.4`."""
    if engine == "postgresql":
        return f"postgres{version.partition('.')[0]}"
    return "mysql" + ".".join(version.split(".")[:2])
