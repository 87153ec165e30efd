"""Debian roots in the cache: newer servers than the host's own release has.

A root is a folder with a minimal Debian and the servers' packages.  It is made once per
machine, by root; the host's own packages and libraries stay as they are.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local_servers.errors import ServerError

SHARED_CACHE = Path("/var/cache/celeriac")
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# What makes a root, by the file that tells whether it is there.  bubblewrap is for later, for
# ordinary users; openssl makes the servers' certificates.
_HELPERS = {
    "/usr/sbin/debootstrap": "debootstrap",
    "/usr/bin/bwrap": "bubblewrap",
    "/usr/bin/openssl": "openssl",
    _KEYRING: "debian-archive-keyring",
}
# Java's installation reads /proc, which is there for this command only.
_CHROOT = (
    *("unshare", "--mount", "--propagation", "private", "sh", "-ec"),
    'mount --rbind /proc "$1/proc"; exec chroot "$1" sh -c "$2"',
    "sh",
)
_IN_ROOT = (
    "env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive sh -ec '"
    "apt-get update -qq {options}; apt-get install -y -qq --no-install-recommends {packages}; "
    "apt-get clean; rm -rf /var/lib/apt/lists/*'"
)


@dataclass(frozen=True)
class DebianRoot:
    """A release of Debian with some packages."""

    suite: str
    packages: tuple[str, ...]
    seconds: int  # how long it takes, for the message
    # Debian's testing release says until when its index is valid, and a mirror may be behind.
    # Signatures are checked all the same.
    may_be_behind: bool = False

    @property
    def name(self) -> str:
        """The folder's name in the cache; other packages are another folder."""
        key = hashlib.sha256(" ".join((self.suite, *self.packages)).encode()).hexdigest()[:8]
        return f"debian-{self.suite}-{key}"

    def find(self) -> Path | None:
        """Where the root is, in our cache or in the machine's."""
        for cache in (own_cache(), SHARED_CACHE):
            root = cache / self.name
            if root.is_dir():
                return root
        return None

    def ensure(self) -> Path:
        """Find the root, or make it."""
        root = self.find()
        if root:
            return root
        if os.geteuid() != 0:
            raise ServerError(
                f"{' and '.join(self.packages)} of Debian {self.suite} are not on this machine: "
                "run tools/servers/install as root once; ordinary users then share them."
            )
        cache = own_cache()
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self.find() or self._make(cache)

    def _make(self, cache: Path) -> Path:
        _say(
            f"installing {', '.join(self.packages)} of Debian {self.suite} into {cache} "
            f"(about {self.seconds} seconds, once per machine)"
        )
        temporary = cache / f".{self.name}.new"
        if temporary.exists():  # of a run that was stopped
            shutil.rmtree(temporary)
        log = cache / f"{self.name}.log"
        options = "-o Acquire::Check-Valid-Until=false" if self.may_be_behind else ""
        with log.open("w") as output:
            try:
                _bootstrap(self.suite, temporary, output.fileno())
                _run(
                    [*_CHROOT, str(temporary),
                     _IN_ROOT.format(packages=" ".join(self.packages), options=options)],
                    output.fileno(),
                )  # fmt: skip
            except subprocess.CalledProcessError as error:
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
                raise ServerError(
                    f"Making the Debian {self.suite} root failed in {error.cmd[0]}:\n{tail}\n"
                    f"(all of it: {log})"
                ) from None
        root = cache / self.name
        temporary.rename(root)
        return root


# For what is not Debian's own: it gets and runs Java and JavaScript.
DEBIAN_13_TOOLS = DebianRoot("trixie", ("default-jre-headless", "maven", "nodejs", "npm"), 70)


def own_cache() -> Path:
    """Where this user's installed things live."""
    given = os.environ.get("CELERIAC_CACHE")
    if given:
        return Path(given)
    if os.geteuid() == 0:
        return SHARED_CACHE
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "celeriac"


def install_helpers() -> None:
    """Install what makes a root, and what runs in it for ordinary users."""
    missing = [package for file, package in _HELPERS.items() if not Path(file).exists()]
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise ServerError(
            "RabbitMQ >= 4, Redis >= 7 and PostgreSQL >= 17 are not on this machine, and without "
            "apt-get they cannot be fetched: install them."
        )
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        subprocess.run(
            ["apt-get", *command], env=environment, check=True, stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip


def _bootstrap(suite: str, root: Path, output: int) -> None:
    command = [
        "debootstrap",
        "--variant=minbase",
        f"--keyring={_KEYRING}",
        suite,
        str(root),
        _mirror(),
    ]
    if not Path("/usr/share/debootstrap/scripts", suite).exists():
        command.append("/usr/share/debootstrap/scripts/sid")  # a release newer than debootstrap
    _run(command, output)
    root.chmod(0o755)
    policy = root / "usr/sbin/policy-rc.d"  # no package starts its server
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    dpkg = root / "etc/dpkg/dpkg.cfg.d"
    (dpkg / "no-sync").write_text("force-unsafe-io\n")
    (dpkg / "no-documentation").write_text(
        "".join(f"path-exclude=/usr/share/{tree}/*\n" for tree in ("doc", "man", "locale"))
    )
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    own_authorities = Path("/usr/local/share/ca-certificates")  # as of a company's proxy
    if own_authorities.is_dir():
        shutil.copytree(own_authorities, root / str(own_authorities)[1:], dirs_exist_ok=True)


def _mirror() -> str:
    """The mirror of the host's own apt."""
    sources = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*.*")]
    for source in sorted(sources, key=lambda path: path.name != "debian.sources"):
        text = source.read_text() if source.exists() else ""
        found = re.search(
            r"^(?:URIs:|deb(?: \[.*\])?) *(https?://\S*/debian/?)(?:\s|$)", text, re.MULTILINE
        )
        if found:
            return found[1]
    raise ServerError(
        "No Debian mirror is in this machine's /etc/apt/sources.list: add one (on another "
        "distribution, install RabbitMQ >= 4, Redis >= 7 and PostgreSQL >= 17 themselves)."
    )


def _run(command: list[str], output: int) -> None:
    subprocess.run(command, check=True, stdout=output, stderr=output, stdin=subprocess.DEVNULL)


def _say(text: str) -> None:
    print(f"==> {text}", file=sys.stderr, flush=True)
