"""PostgreSQL: the roles, databases, rights and tables of Celery's result backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.postgresql.database import Database
from celeriac_provider.postgresql.django_tables import DjangoTables
from celeriac_provider.postgresql.grants import Grants
from celeriac_provider.postgresql.role import Role
from celeriac_provider.postgresql.tables import ResultTables

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "Database", "DjangoTables", "Grants", "ResultTables", "Role"]

RESOURCES: tuple[type[Resource], ...] = (Role, Database, Grants, ResultTables, DjangoTables)
