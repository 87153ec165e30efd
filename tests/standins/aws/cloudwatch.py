"""Alarms and log groups: in moto."""

from __future__ import annotations

from typing import Any

from tests.standins.aws.properties import TAGS, Property, pairs, tags_of
from tests.standins.aws.resource import Resource, Values


class MetricAlarm(Resource):
    """aws.cloudwatch.MetricAlarm: its id is its name."""

    token = "aws:cloudwatch/metricAlarm:MetricAlarm"
    name_property = "name"
    outputs = ("arn", "tagsAll")
    properties = (
        Property("name", "AlarmName", replaces=True),
        Property("actionsEnabled", "ActionsEnabled", "boolean", default=True),
        Property("alarmActions", "AlarmActions", "set"),
        Property("alarmDescription", "AlarmDescription"),
        Property("comparisonOperator", "ComparisonOperator", required=True),
        Property("datapointsToAlarm", "DatapointsToAlarm", "integer"),
        Property("dimensions", kind="map"),
        Property("evaluationPeriods", "EvaluationPeriods", "integer", required=True),
        Property("insufficientDataActions", "InsufficientDataActions", "set"),
        Property("metricName", "MetricName", required=True),
        Property("namespace", "Namespace", required=True),
        Property("okActions", "OKActions", "set"),
        Property("period", "Period", "integer", required=True),
        Property("statistic", "Statistic", required=True),
        Property("threshold", "Threshold", "number", required=True),
        Property("treatMissingData", "TreatMissingData", default="missing"),
        Property("unit", "Unit"),
        TAGS,
    )

    def _put(self, inputs: Values) -> None:
        given = self.parameters(inputs) | {
            "Dimensions": pairs(inputs.get("dimensions"), "Name"),
            "Tags": pairs(inputs.get("tags")),
        }
        self.account.client("cloudwatch").put_metric_alarm(**given)

    def create(self, inputs: Values) -> str:
        """An alarm of the name is overwritten, as on AWS."""
        self._put(inputs)
        name: str = inputs["name"]
        return name

    def read(self, id_: str, state: Values) -> Values | None:
        """All of it."""
        cloudwatch = self.account.client("cloudwatch")
        alarms = cloudwatch.describe_alarms(AlarmNames=[id_])["MetricAlarms"]
        if not alarms:
            return None
        found = alarms[0]
        arn = found["AlarmArn"]
        tags = tags_of(cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"])
        values: Values = {p.name: found.get(p.aws) for p in self.properties if p.aws}
        dimensions = {d["Name"]: d["Value"] for d in found.get("Dimensions", [])}
        return values | {
            "dimensions": dimensions,
            "arn": arn,
            "tags": tags,
            "tagsAll": tags,
            "treatMissingData": found.get("TreatMissingData") or "missing",
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Put anew; tags are changed by themselves."""
        self._put(inputs)
        gone = sorted(state.get("tags", {}).keys() - inputs.get("tags", {}).keys())
        if "tags" in changed:
            cloudwatch = self.account.client("cloudwatch")
            cloudwatch.untag_resource(ResourceARN=state["arn"], TagKeys=gone)
            tags = pairs(inputs.get("tags"))
            cloudwatch.tag_resource(ResourceARN=state["arn"], Tags=tags)

    def delete(self, id_: str, state: Values) -> None:
        """Gone is gone."""
        if self.read(id_, state) is not None:
            self.account.client("cloudwatch").delete_alarms(AlarmNames=[id_])


class LogGroup(Resource):
    """aws.cloudwatch.LogGroup: its id is its name."""

    token = "aws:cloudwatch/logGroup:LogGroup"
    name_property = "name"
    outputs = ("arn", "tagsAll")
    properties = (
        Property("name", "logGroupName", replaces=True),
        Property("kmsKeyId", "kmsKeyId"),
        Property("logGroupClass", "logGroupClass", replaces=True, computed=True),
        Property("retentionInDays", kind="integer", default=0),
        Property("skipDestroy", kind="boolean", default=False),
        Property("tags", "tags", "map"),
    )

    @property
    def logs(self) -> Any:
        """The client."""
        return self.account.client("logs")

    def create(self, inputs: Values) -> str:
        """With its retention."""
        self.logs.create_log_group(**self.parameters(inputs))
        self._retain(inputs)
        name: str = inputs["name"]
        return name

    def _retain(self, inputs: Values) -> None:
        days = inputs["retentionInDays"]
        if days:
            self.logs.put_retention_policy(logGroupName=inputs["name"], retentionInDays=days)
        else:
            self.logs.delete_retention_policy(logGroupName=inputs["name"])

    def read(self, id_: str, state: Values) -> Values | None:
        """One of those that begin with its name."""
        groups = self.logs.describe_log_groups(logGroupNamePrefix=id_)["logGroups"]
        found = next((group for group in groups if group["logGroupName"] == id_), None)
        if found is None:
            return None
        arn = found["arn"].removesuffix(":*")
        tags = self.logs.list_tags_log_group(logGroupName=id_)["tags"]
        return {
            "name": id_,
            "arn": arn,
            "kmsKeyId": found.get("kmsKeyId"),
            "retentionInDays": found.get("retentionInDays", 0),
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Retention, key, tags."""
        self._retain(inputs)
        if "kmsKeyId" in changed:
            if inputs.get("kmsKeyId"):
                self.logs.associate_kms_key(logGroupName=id_, kmsKeyId=inputs["kmsKeyId"])
            else:
                self.logs.disassociate_kms_key(logGroupName=id_)
        if "tags" in changed:
            gone = sorted(state.get("tags", {}).keys() - inputs.get("tags", {}).keys())
            self.logs.untag_log_group(logGroupName=id_, tags=gone)
            self.logs.tag_log_group(logGroupName=id_, tags=inputs.get("tags", {}))

    def delete(self, id_: str, state: Values) -> None:
        """With what is in it."""
        if self.read(id_, state) is not None and not state.get("skipDestroy"):
            self.logs.delete_log_group(logGroupName=id_)


TYPES = (MetricAlarm, LogGroup)
