"""Elasticsearch's resource types: how each is made, changed, marked and guarded."""

from __future__ import annotations

from tests.provider.conformance.elasticsearch.index import ResultIndexCase

CASES: tuple[type[ResultIndexCase], ...] = (ResultIndexCase,)
