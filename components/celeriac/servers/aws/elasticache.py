"""ElastiCache: Valkey or Redis, as a replication group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack

import pulumi
from pulumi_aws import cloudwatch, elasticache

from celeriac.made import Foreign
from celeriac.parts import RedisUser
from celeriac.resources import redis
from celeriac.servers.aws.elasticache_rights import ADMINISTRATOR, DISABLED, access_string
from celeriac.servers.aws.server import LOG_DAYS, AwsServer, Common
from celeriac.servers.names import tags_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract import AclRules
    from celeriac.servers.aws.network import Network

PORT = 6379
LONGEST_NAME = 40
"""Characters of the name of a replication group (CreateReplicationGroup), and of a user's id."""
ADMINISTRATORS_NAME = "celeriac"
USERS_ENGINE = "redis"
"""Groups of users of this engine serve Valkey as well."""
LOGS = ("slow-log", "engine-log")


class ElastiCacheServer(AwsServer):
    """A replication group with cluster mode off: with it on, Celery fails with CROSSSLOT.

    ElastiCache refuses CONFIG and ACL: `maxmemory-policy noeviction` is in the parameter group,
    and users are made over AWS's API.

    Args:
        name: the component's name.
        network: where it is put, and who may connect.
        engine: `valkey` or `redis`.
        version: of the engine: `8.0` of Valkey, `7.1` of Redis.
        node_type: `cache.m7g.large` …
        multi_az: whether the nodes are in several zones.
        replicas: nodes beside the primary; with one or more it fails over by itself.
        backup_days: days that daily snapshots are kept; 0 for none, and none at its end.
        encryption_at_rest: whether disks and snapshots are encrypted.
        minor_upgrades: whether minor versions are upgraded in the maintenance window.
        logs: whether slow log and engine log go to CloudWatch.
        shared_auth_token: one token with all rights for every app, instead of users with theirs.
        common: see `Common`.

    Raises:
        ValueError: it should survive the loss of a zone without a replica.
    """

    def __init__(
        self,
        name: str,
        *,
        network: Network,
        engine: Literal["valkey", "redis"] = "valkey",
        version: str = "8.0",
        node_type: str = "cache.m7g.large",
        multi_az: bool = True,
        replicas: int = 1,
        backup_days: int = 7,
        encryption_at_rest: bool = True,
        minor_upgrades: bool = True,
        logs: bool = True,
        shared_auth_token: bool = False,
        **common: Unpack[Common],
    ) -> None:
        if multi_az and replicas < 1:
            raise ValueError(
                f"{name} has no replica and cannot live in several availability zones: give it "
                f"one replica or more, or multi_az=False"
            )
        super().__init__(
            "ElastiCacheServer",
            name,
            network=network,
            ports=(PORT,),
            longest=LONGEST_NAME,
            props={
                "engine": engine,
                "version": version,
                "nodeType": node_type,
                "multiAz": multi_az,
                "replicas": replicas,
                "backupDays": backup_days,
                "encryptionAtRest": encryption_at_rest,
                "minorUpgrades": minor_upgrades,
                "logs": logs,
                "sharedAuthToken": shared_auth_token,
                "maxmemoryPolicy": "noeviction",
                "transitEncryption": "required",
            },
            common=common,
        )
        self._eviction: redis.Config | None = None
        self._shared = shared_auth_token
        self.password = self._generated(f"{name}-administrator")
        login: dict[str, Any]
        if shared_auth_token:
            # SET, because with ROTATE the old token, or none, goes on being good.
            login = {"auth_token": self.password, "auth_token_update_strategy": "SET"}
        else:
            self.users = self._user_group()
            login = {"user_group_ids": [self.users.user_group_id]}
        self.group = elasticache.ReplicationGroup(
            name,
            replication_group_id=self._physical,
            description=f"{name} of {pulumi.get_project()}/{pulumi.get_stack()}",
            engine=engine,
            engine_version=version,
            node_type=node_type,
            cluster_mode="disabled",
            num_cache_clusters=1 + replicas,
            automatic_failover_enabled=replicas > 0,
            multi_az_enabled=multi_az,
            parameter_group_name=self._parameters(engine, version).name,
            subnet_group_name=self._subnet_group().name,
            security_group_ids=[self.security_group.id],
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            at_rest_encryption_enabled=encryption_at_rest,
            kms_key_id=network.kms_key if encryption_at_rest else None,
            snapshot_retention_limit=backup_days,
            snapshot_window="01:00-02:00",
            final_snapshot_identifier=self._final_snapshot if backup_days else None,
            maintenance_window="sun:03:00-sun:04:00",
            auto_minor_version_upgrade=minor_upgrades,
            apply_immediately=self._at_once,
            log_delivery_configurations=self._deliveries() if logs else [],
            tags=self._tags,
            opts=self._options(server=True, ignore_changes=["replication_group_id"]),
            **login,
        )
        self.deleted_with = self.group
        host = self.group.primary_endpoint_address
        port = self.group.port.apply(lambda known: PORT if known is None else int(known))
        self._reach(
            endpoint=pulumi.Output.format("rediss://{}:{}/{}", host, port, self.db),
            host=host,
            port=port,
            username=None if shared_auth_token else ADMINISTRATORS_NAME,
            password=self.password,
        )
        self.register_outputs({"host": host, "port": port})

    @property
    def db(self) -> int:
        """The database that apps use."""
        return 0

    def no_eviction(self) -> redis.Config:
        """That the parameter group is in force, as every broker on this server needs."""
        if self._eviction is None:
            self._eviction = redis.Config(
                f"{self._name}-eviction",
                settings={"maxmemory-policy": "noeviction"},
                manage=False,
                opts=self._options(provider=self.provider, deleted_with=self.group),
            )
        return self._eviction

    def app_user(
        self,
        name: str,
        *,
        user: str,
        rules: AclRules,
        adopt: bool,
        parent: pulumi.Resource,
        after: Sequence[pulumi.Resource],
    ) -> RedisUser:
        """A user of ElastiCache in the server's group; see `RedisKind`.

        `adopt` does nothing here: a user that exists already is taken over with `pulumi import`.

        Raises:
            ValueError: the name is the administrator's.
        """
        del adopt
        if self._shared:
            return RedisUser(name=pulumi.Output.from_input(""), password=self.password, made=[])
        if user == ADMINISTRATORS_NAME:
            raise ValueError(f"the user {user} is the administrator of {self._name}: use another")
        password = self._generated(name, parent=parent)
        made = elasticache.User(
            name,
            user_id=self._named(name, longest=LONGEST_NAME),
            user_name=user,
            engine=USERS_ENGINE,
            access_string=access_string(rules),
            passwords=[password],
            tags=tags_of(self._network.tags, server=self._name),
            opts=pulumi.ResourceOptions(
                parent=parent, depends_on=list(after), ignore_changes=["user_id"]
            ),
        )
        # Groups change one at a time, and not while the server is being made.
        member = elasticache.UserGroupAssociation(
            name,
            user_group_id=self.users.user_group_id,
            user_id=made.user_id,
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[self.group]),
        )
        about = {"userName": made.user_name, "accessString": made.access_string}
        return RedisUser(
            name=made.user_name,
            password=password,
            made=[Foreign(made, about), Foreign(member, {})],
        )

    def _user_group(self) -> elasticache.UserGroup:
        """A group with the administrator, and `default`, who may do nothing."""
        members = {
            "default": ("default", DISABLED, self._generated(f"{self._name}-default")),
            "administrator": (ADMINISTRATORS_NAME, access_string(ADMINISTRATOR), self.password),
        }
        users = [
            elasticache.User(
                f"{self._name}-{key}",
                user_id=self._named(key, longest=LONGEST_NAME),
                user_name=user,
                engine=USERS_ENGINE,
                access_string=rights,
                passwords=[password],
                tags=self._tags,
                opts=self._options(ignore_changes=["user_id"]),
            )
            for key, (user, rights, password) in members.items()
        ]
        return elasticache.UserGroup(
            f"{self._name}-users",
            user_group_id=self._named("users", longest=LONGEST_NAME),
            engine=USERS_ENGINE,
            user_ids=[user.user_id for user in users],
            tags=self._tags,
            # The apps' users join by associations.
            opts=self._options(ignore_changes=["user_group_id", "user_ids"]),
        )

    def _parameters(self, engine: str, version: str) -> elasticache.ParameterGroup:
        """Nothing is evicted. A group is of one family: its name has the version in it."""
        family = _family(engine, version)
        return elasticache.ParameterGroup(
            f"{self._name}-parameters",
            name=self._named(family, longest=255),
            family=family,
            description=f"Parameters of {self._name}",
            parameters=[
                elasticache.ParameterGroupParameterArgs(name="maxmemory-policy", value="noeviction")
            ],
            tags=self._tags,
            # The old version's is in use until the server has the new one's.
            opts=self._options(delete_before_replace=False),
        )

    def _subnet_group(self) -> elasticache.SubnetGroup:
        return elasticache.SubnetGroup(
            f"{self._name}-subnets",
            name=self._physical,
            description=f"Subnets of {self._name}",
            subnet_ids=self._network.subnet_ids,
            tags=self._tags,
            opts=self._options(ignore_changes=["name"]),
        )

    def _deliveries(self) -> list[elasticache.ReplicationGroupLogDeliveryConfigurationArgs]:
        """Both logs, each to a group of CloudWatch that keeps them for a while."""
        return [
            elasticache.ReplicationGroupLogDeliveryConfigurationArgs(
                destination=cloudwatch.LogGroup(
                    f"{self._name}-{log}",
                    name=f"/aws/elasticache/{self._physical}/{log}",
                    retention_in_days=LOG_DAYS,
                    tags=self._tags,
                    opts=self._options(ignore_changes=["name"]),
                ).name,
                destination_type="cloudwatch-logs",
                log_format="json",
                log_type=log,
            )
            for log in LOGS
        ]


def _family(engine: str, version: str) -> str:
    """The parameter groups' family without cluster mode: `valkey8`, `redis7`, `redis6.x`."""
    major = version.partition(".")[0]
    return "redis6.x" if (engine, major) == ("redis", "6") else f"{engine}{major}"
