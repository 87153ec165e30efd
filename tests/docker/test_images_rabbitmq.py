"""The stand-in for the official image `rabbitmq:…-management` keeps to what that documents."""

from __future__ import annotations

from typing import Any

from docker.models.containers import Container

from tests.docker.containers import Containers, ended, logs, said, until

UP = ("bash", "-c", "</dev/tcp/127.0.0.1/5672 && </dev/tcp/127.0.0.1/15672")


def ctl(server: Container, *command: str) -> str:
    """What rabbitmqctl says."""
    return said(server, "rabbitmqctl", "--quiet", *command)


def test_it_has_management_and_keeps_its_data(containers: Containers) -> None:
    """The user of the environment, files of conf.d, a volume; the host's name is the node's."""
    volume = (containers.volume("rabbitmq"), "/var/lib/rabbitmq")
    uploads = [
        {"file": "/etc/rabbitmq/conf.d/20-a.conf", "content": "disk_free_limit.absolute = 55MB\n"},
        {"file": "/var/lib/rabbitmq/.erlang.cookie", "content": "C" * 20, "permissions": "0400"},
    ]
    environment = {"RABBITMQ_DEFAULT_USER": "boss", "RABBITMQ_DEFAULT_PASS": "word"}
    options: dict[str, Any] = {"hostname": "mq-of-a-test", "environment": environment}
    first = containers.run("rabbitmq", data=volume, uploads=uploads, **options)
    until(first, *UP)
    assert said(first, "stat", "--format=%u", "/var/lib/rabbitmq/.erlang.cookie") == "999"
    assert "rabbit@mq-of-a-test" in ctl(first, "cluster_status")
    assert "55MB" in ctl(first, "environment")
    assert "Success" in ctl(first, "authenticate_user", "boss", "word")
    ctl(first, "add_vhost", "mine")
    assert "Starting RabbitMQ" in logs(first)  # on the console
    first.stop(timeout=60)
    assert first.wait()["StatusCode"] == 0, logs(first)  # it was not killed
    containers.remove(first)
    second = containers.run("rabbitmq", data=volume, **options)
    until(second, *UP)
    assert "mine" in ctl(second, "list_vhosts")


def test_what_is_not_read_any_more_stops_it(containers: Containers) -> None:
    """As the official image says it."""
    environment = {"RABBITMQ_VM_MEMORY_HIGH_WATERMARK": "0.4"}
    code, log = ended(containers.run("rabbitmq", environment=environment))
    assert code == 1
    assert "RABBITMQ_VM_MEMORY_HIGH_WATERMARK is set but deprecated" in log
