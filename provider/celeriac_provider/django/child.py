"""In a process of its own: Django with one database, and the migrations of django-celery-results.

Reads a JSON object from standard input, does what it says, writes one to standard output:
`{"ok": true}`, or what the database's driver said.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from celeriac_provider.django.layout import APP

DATABASE: Final = "default"


def main(work: Callable[[Mapping[str, Any]], None]) -> None:
    """Do the work that standard input asks for.

    Args:
        work: of one system; given what was read.
    """
    request = json.load(sys.stdin)
    try:
        work(request)
    except Exception as error:  # noqa: BLE001 - all of it is the answer
        answer = _told(error)
    else:
        answer = {"ok": True}
    json.dump(answer, sys.stdout)


def configure(database: Mapping[str, Any]) -> None:
    """Be a Django project with this database, and no app but django-celery-results."""
    import django  # noqa: PLC0415 - only this process loads it
    from django.conf import settings  # noqa: PLC0415

    settings.configure(
        DATABASES={DATABASE: dict(database)},
        INSTALLED_APPS=[APP],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
    )
    django.setup()


def migrate() -> None:
    """Apply what is missing, and make anew what was lost since it was applied."""
    # ruff: noqa: SLF001 - `_meta` is Django's documented way to a model's table
    from django.apps import apps  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    connection = connections[DATABASE]
    models = list(apps.get_app_config(APP).get_models())
    there = set(connection.introspection.table_names())
    executor = MigrationExecutor(connection)
    if not any(model._meta.db_table in there for model in models):
        # All were dropped: what is written down of them is no longer true.
        if executor.recorder.has_table():
            executor.recorder.migration_qs.filter(app=APP).delete()
        executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    there = set(connection.introspection.table_names())
    with connection.schema_editor() as editor, connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            if table not in there:
                editor.create_model(model)
                continue
            described = connection.introspection.get_table_description(cursor, table)
            columns = {column.name for column in described}
            for field in model._meta.local_fields:
                if field.column not in columns:
                    editor.add_field(model, field)


def _told(error: BaseException) -> dict[str, Any]:
    """The driver's own error, where there is one below Django's."""
    cause = error.__cause__ if error.__cause__ is not None else error
    arguments = [a for a in cause.args if isinstance(a, (int, str))]
    diagnosis = getattr(cause, "diag", None)
    return {
        "error": type(cause).__name__,
        "sqlstate": getattr(cause, "sqlstate", None),
        "said": getattr(diagnosis, "message_primary", None) or str(cause),
        "arguments": arguments,
    }
