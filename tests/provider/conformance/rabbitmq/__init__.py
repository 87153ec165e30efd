"""RabbitMQ's resource types: how each is made, changed, marked and guarded."""

from __future__ import annotations

from tests.provider.conformance.rabbitmq.declared import BindingCase, ExchangeCase, QueueCase
from tests.provider.conformance.rabbitmq.delayed import DelayedDeliveryCase
from tests.provider.conformance.rabbitmq.permissions import PermissionsCase, TopicPermissionsCase
from tests.provider.conformance.rabbitmq.policies import OperatorPolicyCase, PolicyCase
from tests.provider.conformance.rabbitmq.tagged import UserCase, VhostCase
from tests.provider.conformance.rabbitmq.world import RabbitCase

CASES: tuple[type[RabbitCase], ...] = (
    VhostCase,
    UserCase,
    PermissionsCase,
    TopicPermissionsCase,
    ExchangeCase,
    QueueCase,
    BindingCase,
    PolicyCase,
    OperatorPolicyCase,
    DelayedDeliveryCase,
)
