"""Builds the stand-ins for official images, once for each content."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import docker
from docker.errors import ImageNotFound

import tests.own_servers  # noqa: F401 - makes tools/servers known

from local_servers.commands import VALKEY  # isort: skip
from local_servers.debian import DebianRoot  # isort: skip
from local_servers.memcached import Memcached  # isort: skip
from local_servers.mysql import MariaDB  # isort: skip
from local_servers.server import DEBIAN_13  # isort: skip

FOLDER = Path(__file__).parent
_PREFIX = "celeriac-standin"

ROOTS: Mapping[str, DebianRoot] = {
    "rabbitmq": DEBIAN_13,
    "redis": DEBIAN_13,
    "postgres": DEBIAN_13,
    "valkey": VALKEY,
    "mariadb": MariaDB.debian,
    "memcached": Memcached.debian,
}
"""What is in each image: the root that tools/servers has in the cache anyway."""

_LEFT_OUT = ("./var/cache", "./var/lib/apt", "./usr/share/doc", "./usr/share/locale", "./tmp/*")


def build(engine: docker.DockerClient, names: Mapping[str, Iterable[str]]) -> None:
    """Have images on an engine.

    Args:
        engine: one that has no images of its own.
        names: what each stand-in is called there: `redis: [redis:8.2.1]`.
    """
    for system, tags in names.items():
        image = _ours(engine, system)
        for tag in tags:
            engine.images.get(image).tag(tag)


def _ours(engine: docker.DockerClient, system: str) -> str:
    """The image by a name of our own, which nobody removes."""
    root, folder = ROOTS[system], FOLDER / system
    contents = b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
    key = hashlib.sha256(root.name.encode() + contents).hexdigest()[:12]
    name = f"{_PREFIX}/{system}:{key}"
    if not _has(engine, name):
        engine.images.build(
            path=str(folder),
            tag=name,
            buildargs={"BASE": _base(engine, root)},
            network_mode="none",
            rm=True,
            forcerm=True,
        )
    return name


def _base(engine: docker.DockerClient, root: DebianRoot) -> str:
    """A Debian root as an image."""
    name = f"{_PREFIX}/{root.name}:latest"
    if _has(engine, name):
        return name
    left_out = [f"--exclude={path}" for path in _LEFT_OUT]
    packing = subprocess.Popen(
        ["tar", "--create", "--one-file-system", *left_out, f"--directory={root.ensure()}", "."],
        stdout=subprocess.PIPE,
    )
    with packing:
        assert packing.stdout
        engine.api.import_image_from_stream(packing.stdout, repository=name.partition(":")[0])
    assert packing.returncode == 0, f"packing {root.name} failed"
    return name


def _has(engine: docker.DockerClient, name: str) -> bool:
    try:
        engine.images.get(name)
    except ImageNotFound:
        return False
    return True
