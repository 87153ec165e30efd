"""Stack `docker` as it is in `stacks/`: RabbitMQ, PostgreSQL and Redis in containers.

A real engine, a real Celery. The images are stand-ins for the official ones, of Debian's packages
(tests/standins/images), and the plugin is one (tests/standins/docker) unless Pulumi's own is
installed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.celery_app.run import run
from tests.docker_engine import engine
from tests.e2e.docker import DockerStack, config_of, free_ports


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    """The stack file, with ports that are free."""
    found = config_of("docker")
    for server, port in zip(found["celeriac:servers"].values(), free_ports(3), strict=True):
        server["port"] = port
    (found["celeriac:servers"]["rabbit"]["managementPort"],) = free_ports(1)
    return found


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]
) -> Iterator[DockerStack]:
    """The project; whatever a test leaves is removed."""
    made = DockerStack(tmp_path_factory.mktemp("docker"), engine(), config)
    yield made
    made.remove()


@pytest.mark.steps
class TestDocker:
    """In the order of a stack's life."""

    def test_up_is_proved(self, stack: DockerStack) -> None:
        """One `up` makes containers, waits for their health, and goes on to the proofs."""
        stack.up()
        proofs = [r for r in stack.resources() if r["type"] == "celeriac:celery:RoundTrip"]
        assert len(proofs) == 2
        assert sorted(stack.containers()) == ["cache", "rabbit", "results"]

    def test_a_second_up_changes_nothing(self, stack: DockerStack) -> None:
        """Nor does a refresh, which asks the engine and the servers."""
        assert stack.up("--refresh", "--expect-no-changes").changed == {}

    def test_celery_works_with_what_the_stack_hands_out(self, stack: DockerStack) -> None:
        """Over RabbitMQ and PostgreSQL, as the app's own users."""
        report = run(stack.outputs()["apps"]["orders"]["env"], python=sys.executable)
        assert report.failed == {}, report.log[-5000:]
        assert report.complaints == []
