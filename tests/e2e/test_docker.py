"""Stack `docker` as it is in `stacks/`: RabbitMQ, PostgreSQL and Redis in containers.

Beside them, in the same stack, an app over Valkey and memcached. A real engine, a real Celery. The
images are stand-ins for the official ones, of Debian's packages (tests/standins/images), and the
plugin is one (tests/standins/docker) unless Pulumi's own is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.celery_app.run import run
from tests.docker_engine import engine
from tests.e2e.docker import PASSWORD, DockerStack, config_of, free_ports
from tests.e2e.stores import celery_app


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    """The stack file with an app more, and ports that are free."""
    found = config_of("docker")
    found["celeriac:servers"] |= {
        "valkey": {"kind": "valkey", "platform": "docker", "password": PASSWORD},
        "memcached": {"kind": "memcached", "platform": "docker"},
    }
    found["celeriac:apps"]["pages"] = {
        "broker": {"server": "valkey"},
        "resultBackend": {"server": "memcached", "expires": "1h"},
        "longestTask": "1m",
        "uses": {"chords": True},
    }
    for server, port in zip(found["celeriac:servers"].values(), free_ports(5), strict=True):
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


@pytest.mark.row("rabbitmq", "redis", "redis-results", "postgresql", "valkey", "memcached")
@pytest.mark.steps
class TestDocker:
    """In the order of a stack's life."""

    @pytest.mark.shows("docker")
    def test_up_is_proved(self, stack: DockerStack) -> None:
        """One `up` makes containers, waits for their health, and goes on to the proofs."""
        stack.up()
        proofs = [r for r in stack.resources() if r["type"] == "celeriac:celery:RoundTrip"]
        assert len(proofs) == 3
        assert sorted(stack.containers()) == ["cache", "memcached", "rabbit", "results", "valkey"]

    def test_a_second_up_changes_nothing(self, stack: DockerStack) -> None:
        """Nor does a refresh, which asks the engine and the servers."""
        assert stack.up("--refresh", "--expect-no-changes").changed == {}

    @pytest.mark.shows("docker")
    def test_celery_works_with_what_the_stack_hands_out(self, stack: DockerStack) -> None:
        """Over RabbitMQ and PostgreSQL, over Valkey and memcached, as the apps' own users."""
        apps = stack.outputs()["apps"]
        with ThreadPoolExecutor() as threads:  # they wait more than they compute
            for report in threads.map(run, [apps[name]["env"] for name in ("orders", "pages")]):
                assert report.failed == {}, report.log[-5000:]
                assert report.complaints == []

    def test_a_stopped_container_is_seen_and_made_again(self, stack: DockerStack) -> None:
        """With what was in it: a task that waits, and a result."""
        app = celery_app(stack.outputs()["apps"]["orders"])
        app.send_task("nobody", task_id="kept", queue="orders")
        app.backend.store_result("an-id", 42, "SUCCESS")
        stack.containers()["rabbit"].stop()
        assert "rabbit" not in stack.containers()
        # What is on the server cannot be looked at while that is down, and a refresh says so.
        seen = stack.up("--refresh", check=False)
        stack.up()
        assert "rabbit" in stack.containers(), seen.output
        assert waiting(stack) == ["kept"]

    def test_a_changed_container_is_seen_and_repaired(self, stack: DockerStack) -> None:
        """Its memory, in place."""
        cache = stack.containers()["cache"]
        wanted = cache.attrs["HostConfig"]["Memory"]
        cache.update(mem_limit=wanted // 2, memswap_limit=wanted)
        assert stack.up("--refresh").changed == {"update": 1}
        cache.reload()
        assert cache.attrs["HostConfig"]["Memory"] == wanted
        assert stack.up("--refresh", "--expect-no-changes").changed == {}

    def test_nothing_of_a_password_is_in_what_docker_inspect_shows(
        self, stack: DockerStack
    ) -> None:
        """Neither in arguments, nor variables, nor labels."""
        for container in stack.containers().values():
            container.reload()
            assert PASSWORD not in str(container.attrs)

    def test_destroy_leaves_the_volumes(self, stack: DockerStack) -> None:
        """And nothing else."""
        stack.destroy()
        prefix = f"celeriac-{stack.word}"
        volumes = [f"{prefix}-{name}" for name in ("cache", "rabbit", "results", "valkey")]
        assert stack.left() == {"volumes": volumes}

    def test_the_next_up_finds_them_again(self, stack: DockerStack) -> None:
        """The task that waits and the result, with other passwords of the app's."""
        stack.up()
        assert waiting(stack) == ["kept"]
        app = celery_app(stack.outputs()["apps"]["orders"])
        assert app.AsyncResult("an-id").result == 42


def waiting(stack: DockerStack) -> list[str]:
    """Ids of the tasks that wait in the queue `orders`: they are put back."""
    app = celery_app(stack.outputs()["apps"]["orders"])
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        found = []
        while (message := channel.basic_get("orders")) is not None:
            found.append(message.headers["id"])
        return found
