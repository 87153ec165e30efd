"""Kafka's resource types: how they are made, changed, marked and guarded."""

from __future__ import annotations

from tests.provider.conformance.case import Case
from tests.provider.conformance.kafka.acl import AclCase
from tests.provider.conformance.kafka.scram_user import ScramUserCase
from tests.provider.conformance.kafka.topic import TopicCase

CASES: tuple[type[Case], ...] = (TopicCase, ScramUserCase, AclCase)
