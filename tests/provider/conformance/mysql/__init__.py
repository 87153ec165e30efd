"""MySQL's resource types: how each is made, changed, marked and guarded."""

from __future__ import annotations

from tests.provider.conformance.mysql.database import DatabaseCase
from tests.provider.conformance.mysql.django import DjangoTablesCase
from tests.provider.conformance.mysql.tables import ResultTablesCase
from tests.provider.conformance.mysql.user import UserCase
from tests.provider.conformance.mysql.world import MysqlCase

CASES: tuple[type[MysqlCase], ...] = (
    UserCase,
    DatabaseCase,
    ResultTablesCase,
    DjangoTablesCase,
)
