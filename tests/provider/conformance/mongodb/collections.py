"""Collections of results, on mongo-java-server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celeriac_provider.engine.marks import Mark
from celeriac_provider.mongodb import ResultCollections
from celeriac_provider.mongodb.collections import COLLECTIONS
from tests.provider.conformance.case import Drift
from tests.provider.conformance.mongodb.world import MongoCase

_KEY = [("date_done", -1)]


class ResultCollectionsCase(MongoCase):
    """Both of Celery's."""

    resource = ResultCollections
    any_id = "the database is the id"
    missing_id = "no-such-database"
    guard = "holds results in celery_taskmeta"

    @property
    def database(self) -> Any:
        """The test's own."""
        return self.client[self.name]

    def given(self) -> dict[str, Any]:
        """Results live for an hour."""
        return {"database": self.name, "expires": 3600}

    def changes(self) -> dict[str, Any]:
        """All; collections of other names are made beside."""
        return {
            "database": f"{self.name}-2",
            "expires": 0,
            "collections": ["celery_taskmeta", "celery_groupmeta", "more"],
        }

    def _index(self, collection: str) -> dict[str, Any] | None:
        indexes = self.database[collection].index_information()
        found = [(name, one) for name, one in indexes.items() if list(one["key"]) == _KEY]
        return {"name": found[0][0], **found[0][1]} if found else None

    def _again(self, collection: str, name: str, **options: Any) -> None:
        """Its index, made anew."""
        there = self._index(collection)
        if there is not None:
            self.database[collection].drop_index(there["name"])
        self.database[collection].create_index(_KEY, name=name, **options)

    def drifts(self) -> dict[str, Drift]:
        """Another expiry; a collection without its index."""

        def later() -> None:
            there = self._index("celery_groupmeta")
            assert there is not None
            self._again("celery_groupmeta", there["name"], expireAfterSeconds=5)

        def without() -> None:
            there = self._index("celery_taskmeta")
            assert there is not None
            self.database["celery_taskmeta"].drop_index(there["name"])

        return {"expires": Drift(later), "collections": Drift(without)}

    def server(self) -> Any:
        """Name and expiry of each index.

        mongo-java-server drops an index from every collection that has one of that name.
        """
        found = {name: self._index(name) for name in (*COLLECTIONS, "more")}
        told = {
            name: (index["name"], index.get("expireAfterSeconds"))
            for name, index in found.items()
            if index
        }
        return told or None

    def by_hand(self) -> None:
        """The same under another name."""
        for collection in COLLECTIONS:
            self.database[collection].create_index(
                _KEY, name=f"by-hand-{collection}", expireAfterSeconds=3600
            )

    def vanish(self) -> None:
        """With its database."""
        self.client.drop_database(self.name)

    def mark(self) -> str | None:
        """The name of the first index."""
        there = self._index("celery_taskmeta")
        found = Mark.find(there["name"] if there else None)
        return str(found) if found else None

    def set_mark(self, mark: str | None) -> None:
        """Another name."""
        for collection in COLLECTIONS:
            there = self._index(collection)
            assert there is not None
            seconds = there["expireAfterSeconds"]
            self._again(collection, f"{mark or 'none'}-{collection}", expireAfterSeconds=seconds)

    def beside(self) -> Callable[[], Any]:
        """The index that Celery makes, and somebody's collection."""
        self.database["celery_taskmeta"].create_index("date_done")
        self.database["theirs"].create_index("a")
        return lambda: (
            self.database["celery_taskmeta"].index_information().get("date_done_1") is not None,
            "a_1" in self.database["theirs"].index_information(),
        )

    def fill(self) -> None:
        """A result."""
        self.database["celery_taskmeta"].insert_one({"_id": "1", "status": "SUCCESS"})
