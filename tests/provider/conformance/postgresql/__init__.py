"""PostgreSQL's resource types: how each is made, changed, marked and guarded."""

from __future__ import annotations

from tests.provider.conformance.postgresql.database import DatabaseCase
from tests.provider.conformance.postgresql.django import DjangoTablesCase
from tests.provider.conformance.postgresql.grants import GrantsCase
from tests.provider.conformance.postgresql.role import RoleCase
from tests.provider.conformance.postgresql.tables import ResultTablesCase
from tests.provider.conformance.postgresql.world import PostgresCase

CASES: tuple[type[PostgresCase], ...] = (
    RoleCase,
    DatabaseCase,
    ResultTablesCase,
    GrantsCase,
    DjangoTablesCase,
)
