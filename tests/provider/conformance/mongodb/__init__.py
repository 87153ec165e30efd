"""MongoDB's resource types: how each is made, changed, marked and guarded."""

from __future__ import annotations

from tests.provider.conformance.mongodb.collections import ResultCollectionsCase
from tests.provider.conformance.mongodb.user import UserCase
from tests.provider.conformance.mongodb.world import MongoCase

CASES: tuple[type[MongoCase], ...] = (UserCase, ResultCollectionsCase)
