"""The stand-in for the official image `memcached` keeps to what that documents."""

from __future__ import annotations

from tests.docker.containers import Containers, said, until


def test_it_takes_options_and_is_nobody_special(containers: Containers) -> None:
    """After its program, or alone; user 11211."""
    for command in (["memcached", "-m", "17"], ["-m", "17"]):
        server = containers.run("memcached", command)
        ask = "exec 3<>/dev/tcp/127.0.0.1/11211; echo stats settings >&3; timeout 1 cat <&3 || true"
        until(server, "bash", "-c", "</dev/tcp/127.0.0.1/11211")
        assert f"maxbytes {17 << 20}" in said(server, "bash", "-c", ask)
        assert said(server, "stat", "--format=%u", "/proc/1") == "11211"
