"""Pub/Sub's resource types, on Google's own fake of it (pstest)."""

from __future__ import annotations

from tests.provider.conformance.case import Case
from tests.provider.conformance.pubsub.subscription import SubscriptionCase
from tests.provider.conformance.pubsub.topic import TopicCase

CASES: tuple[type[Case], ...] = (TopicCase, SubscriptionCase)
