"""A Django project as docs/django.md says it: what Celeriac hands out, beside its own database."""

from __future__ import annotations

import json
import os
from typing import Any

import pymysql

pymysql.install_as_MySQLdb()

provisioned = json.loads(os.environ["CELERY_DJANGO"])

SECRET_KEY = "of a test"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django_celery_results"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    **provisioned.get("DATABASES", {}),
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    **provisioned.get("CACHES", {}),
}
DATABASE_ROUTERS = ["project_settings.CeleryResults"]
globals().update({key: value for key, value in provisioned.items() if key.startswith("CELERY_")})


class CeleryResults:
    """Results are in the database that Celeriac made, where this project makes no tables."""

    apps = frozenset({"django_celery_results", "django_cache"})

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Where a model is."""
        found = model._meta.app_label in self.apps and "celery" in DATABASES
        return "celery" if found else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Never there, and never these."""
        return False if db == "celery" or app_label in self.apps else None
