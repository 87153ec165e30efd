"""Results through Django: what its settings and Celery's are told, and the least rights."""

from __future__ import annotations

import json
from typing import Any

import pytest

from celeriac.contract import django as contract
from celeriac.contract.redis_acl import Keyspace
from celeriac.contract.urls import Tls
from celeriac_provider.django.layout import CACHE, RESULTS

LOGIN: dict[str, Any] = {
    "host": "db",
    "port": 5432,
    "user": "u",
    "password": "p@/ss",
    "database": "shop",
}


def test_the_tables_are_those_that_the_provider_makes() -> None:
    """Both sides name them."""
    assert set(contract.DJANGO_TABLES) == set(RESULTS)
    assert "cache_key" in CACHE
    assert contract.django_tables("django-cache") == (contract.DJANGO_CACHE_TABLE,)


def test_rights_are_those_on_rows() -> None:
    """On no other table."""
    rows = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    found = contract.django_privileges("django-db", "shop")
    assert found == {f"shop.{table}": rows for table in contract.DJANGO_TABLES}


def test_a_cache_is_found_by_its_alias() -> None:
    """Celery is told it; the ORM needs nothing."""
    assert contract.django_settings("django-cache", expires=60) == {
        "result_expires": 60,
        "cache_backend": contract.DJANGO_ALIAS,
    }
    assert contract.django_settings("django-db", expires=None) == {"result_expires": None}


def test_tls_is_verified() -> None:
    """By libpq with the host's name; by PyMySQL with the CA's file, without which it does not."""
    tls = Tls(ca_path="/ca.pem")
    options = contract.django_database("postgresql", **LOGIN, tls=tls)["OPTIONS"]
    assert options == {"sslmode": "verify-full", "sslrootcert": "/ca.pem"}
    assert contract.django_database("mysql", **LOGIN, tls=tls)["OPTIONS"] == {
        "ssl": {"ca": "/ca.pem"}
    }
    assert contract.django_database("postgresql", **LOGIN)["OPTIONS"] == {"sslmode": "disable"}
    with pytest.raises(ValueError, match="path of its CA"):
        contract.django_database("mysql", **LOGIN, tls=Tls())


def test_a_prefix_on_redis_is_the_users() -> None:
    """Django puts `:` after KEY_PREFIX; the rights are on what begins so, and FLUSHDB is none."""
    entry = contract.django_redis_cache(url="redis://h", prefix="shop-results:")
    assert entry["KEY_PREFIX"] == "shop-results"
    rules = contract.django_redis_rules(Keyspace(db=0, prefix="shop-results:"))
    assert rules.keys == ("~shop-results:*",)
    assert rules.commands[0] == "-@all"
    assert not {"+flushdb", "+keys", "+@all"} & set(rules.commands)


def test_the_output_has_celerys_settings_as_django_reads_them() -> None:
    """With `namespace="CELERY"`, beside the entries."""
    entries = contract.django_entries(cache=contract.django_database_cache())
    found = json.loads(
        contract.django_output(
            entries,
            broker_url="amqp://h",
            result_backend="django-cache",
            settings='{"result_expires": 60}',
        )
    )
    assert set(found) == {
        *("CACHES", "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CELERY_RESULT_EXPIRES"),
    }
    assert found["CACHES"]["celery"]["OPTIONS"] == {"MAX_ENTRIES": contract.DJANGO_MAX_ENTRIES}
