"""MySQL and MariaDB: the users, databases and tables of Celery's result backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac_provider.mysql.database import Database
from celeriac_provider.mysql.django_tables import DjangoTables
from celeriac_provider.mysql.tables import ResultTables
from celeriac_provider.mysql.user import User

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

__all__ = ["RESOURCES", "Database", "DjangoTables", "ResultTables", "User"]

RESOURCES: tuple[type[Resource], ...] = (User, Database, ResultTables, DjangoTables)
