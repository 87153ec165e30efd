"""preview, up, up again, a change of each kind, destroy: with the real engine on real servers.

The tests of this file are steps on one stack and run in order.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.e2e.inventory import inventory
from tests.e2e.project import Project

pytestmark = pytest.mark.row("rabbitmq", "redis", "rpc", "redis-results", "postgresql")


def changed(config: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The stack file with one value changed."""
    new = copy.deepcopy(config)
    *parents, last = path.split("/")
    entry = new
    for key in parents:
        entry = entry[key]
    entry[last] = value
    return new


@pytest.fixture(scope="module")
def up(project: Project) -> Project:
    """The stack, up."""
    project.up()
    return project


@pytest.mark.steps
class TestLife:
    """In the order of a stack's life."""

    def test_preview_touches_nothing(
        self, project: Project, servers: dict[str, Any], word: str
    ) -> None:
        """A first preview works with unknown passwords and creates nothing."""
        done = project.preview()
        assert done.changes["create"] > 30
        assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)

    @pytest.mark.shows("provisioned")
    def test_up_makes_what_the_stack_file_says(
        self, up: Project, servers: dict[str, Any], word: str
    ) -> None:
        """One `up` makes all three apps, each proved by a real task."""
        found = inventory(servers, word)
        assert found["vhosts"] == [f"orders-{word}", f"pings-{word}"]
        assert found["databases"] == [f"orders-{word}"]
        assert len(found["acl users"]) == 2
        proofs = [r for r in up.resources() if r["type"] == "celeriac:celery:RoundTrip"]
        assert len(proofs) == 3
        assert all(proof["outputs"]["celeryVersion"] for proof in proofs)

    @pytest.mark.shows("provisioned")
    def test_second_up_changes_nothing(self, up: Project) -> None:
        """Twice the same is once."""
        assert up.up("--expect-no-changes").changed == {}

    def test_refresh_finds_the_state_true(self, up: Project) -> None:
        """Nothing drifts by itself: statistics, defaults, generated passwords."""
        assert up.preview("--refresh", "--expect-no-changes").changed == {}

    def test_nothing_of_the_proof_is_left(
        self, up: Project, servers: dict[str, Any], word: str
    ) -> None:
        """The proof has removed its queues, keys and results."""
        found = inventory(servers, word)
        assert [name for name in found["queues"] if "celeriac-proof" in name] == []
        assert [name for name in found["keys"] if "task-meta" in name or "proof" in name] == []

    def test_secrets_are_in_no_output_and_not_in_the_state(self, up: Project) -> None:
        """Every password is encrypted in the state, and masked in what the CLI prints."""
        secrets = [
            url.split("@")[0].rpartition(":")[2]
            for app in up.outputs()["apps"].values()
            for url in (app["broker_url"], app["result_backend"])
            if "@" in url
        ]
        assert len(secrets) == 5
        state = "".join(p.read_text() for p in up.state.rglob("*.json"))
        shown = up.run("stack", "output", "--stack", up.stack).output + up.up("--diff").output
        assert [s for s in secrets if s in state or s in shown] == []

    def test_a_queue_more(
        self, up: Project, config: dict[str, Any], servers: dict[str, Any], word: str
    ) -> None:
        """A new queue is made with its bindings; rights and the policy follow in place."""
        path = f"celeriac:apps/orders-{word}/broker/queues/invoices"
        up.write(changed(config, path, {"deliveryLimit": 5}))
        done = up.up()
        assert set(done.changed) == {"create", "update"}
        assert f"orders-{word}/invoices" in inventory(servers, word)["queues"]
        assert up.up("--expect-no-changes").changed == {}

    def test_a_limit_changes_in_place(self, up: Project, config: dict[str, Any], word: str) -> None:
        """A longer task raises the consumer timeout by a policy: no queue is made anew."""
        up.write(changed(config, f"celeriac:apps/orders-{word}/longestTask", "5h"))
        done = up.up()
        assert "replace" not in done.changed
        assert "update" in done.changed

    def test_another_queue_type_makes_new_queues(
        self, up: Project, config: dict[str, Any], word: str
    ) -> None:
        """The type of a queue cannot change: the preview says replace, `up` does it."""
        new = changed(config, f"celeriac:apps/pings-{word}/broker/delayedDelivery", "quorum")
        up.write(new)
        assert "replace" in up.preview().changes
        up.up()
        assert up.up("--expect-no-changes").changed == {}

    def test_an_app_less(
        self, up: Project, config: dict[str, Any], servers: dict[str, Any], word: str
    ) -> None:
        """What an app had goes with it; the others stay."""
        new = copy.deepcopy(config)
        del new["celeriac:apps"][f"thumbs-{word}"]
        up.write(new)
        up.up()
        found = inventory(servers, word)
        assert found["acl users"] == []
        assert found["keys"] == []
        assert f"orders-{word}" in found["vhosts"]

    @pytest.mark.shows("provisioned")
    def test_destroy_leaves_nothing(self, up: Project, servers: dict[str, Any], word: str) -> None:
        """No object, no registry entry, no role is left."""
        up.destroy()
        assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)
        assert up.resources() == []
