"""No secret in clear: canaries in every password, a life with failures, then a search everywhere.

Canaries: the three administrators' passwords (one in the stack file's `secure`, one in the
environment, one in a file), wrong ones, generated ones, given ones. Places: the state with its
history and backups, everything that every command printed, the process list, environments,
temporary files, the servers' logs (PostgreSQL with log_statement=all), Redis MONITOR.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import uuid
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx
import psycopg
import pytest
import redis
import yaml
from psycopg import sql

from celeriac_provider.rabbitmq.passwords import ALGORITHM, hashed
from tests.e2e.canaries import Places, Watch, forms, logs, monitor
from tests.e2e.project import CHECKOUT, Done, Project
from tests.e2e.stack_files import server_entries

pytestmark = pytest.mark.timeout(600)  # one fixture does all the work

TAIL = " ü/@:%#?\"'\\ "
"""Behind every canary's core: what must be quoted somewhere."""

ENVIRONMENTS = {
    f"environment of {process}"
    for process in ("pulumi", "the language host", "the program", "the provider", "others")
}
"""Of the processes that are handed the caller's environment, or Pulumi's configuration in it."""
ENGINES_LOG = "output of pulumi preview -v=9 --logtostderr"
"""Where Pulumi itself prints secrets in clear (docs/secrets.md)."""


def canary() -> str:
    """A password whose first half no quoting changes."""
    return f"canary{uuid.uuid4().hex}{TAIL}x"


class Watched(Project):
    """A project whose commands' output is kept, and whose temporary files are its own."""

    def __init__(self, folder: Path, places: Places, **options: Any) -> None:
        self.places = places
        super().__init__(folder, **options)
        self.temporary, home = folder / "tmp", folder / "home"
        self.temporary.mkdir()
        self.environment |= {"TMPDIR": str(self.temporary), "PULUMI_HOME": str(home)}

    def run(self, *arguments: str, check: bool = False, timeout: float = 300) -> Done:
        """Run the CLI and keep what it printed."""
        done = super().run(*arguments, check=check, timeout=timeout)
        loud = " ".join(a for a in arguments if a.startswith(("-v", "--log")))
        self.places.add(f"output of pulumi {arguments[0]} {loud}".strip(), done.output)
        return done

    def set_secret(self, key: str, value: str) -> None:
        """`pulumi config set --secret`, with the value where no process list shows it."""
        subprocess.run(
            ["pulumi", "config", "set", "--secret", "--path", key, "--stack", self.stack],
            cwd=self.folder,
            env=self.environment,
            input=value,
            text=True,
            capture_output=True,
            check=True,
        )

    def config(self) -> dict[str, Any]:
        """The stack file's config as it is."""
        found: dict[str, Any] = yaml.safe_load(self._file.read_text())["config"]
        return found

    def keep(self) -> None:
        """Everything on disk that a run leaves."""
        self.places.add_files("state", self.state)
        self.places.add_files("temporary files", self.temporary)
        self.places.add_files("home", self.folder / "home")


class Administrators:
    """Administrators of the test's own on the shared servers, with canaries as passwords."""

    def __init__(self, servers: dict[str, Any], word: str) -> None:
        self.servers, self.name = servers, f"admin-{word}"
        self.passwords = {system: canary() for system in ("rabbitmq", "redis", "postgresql")}
        rabbit = servers["rabbitmq"]
        self.http = httpx.Client(
            base_url=f"{rabbit['management']}/api", auth=(rabbit["username"], rabbit["password"])
        )

    def redis(self) -> Any:
        """As the servers' own administrator."""
        entry = self.servers["redis"]
        login = {name: entry[name] for name in ("host", "port", "username", "password")}
        return redis.Redis(**login, decode_responses=True)

    def postgresql(self) -> psycopg.Connection[Any]:
        """As the superuser."""
        entry = self.servers["postgresql"]
        return psycopg.connect(
            host=entry["host"],
            port=entry["port"],
            user=entry["username"],
            password=entry["password"],
            dbname="postgres",
            autocommit=True,
        )

    def sql(self, statement: str, *literals: str) -> None:
        """A statement about the administrator, whose name is {}."""
        with self.postgresql() as connection:
            connection.execute(
                sql.SQL(statement).format(sql.Identifier(self.name), *map(sql.Literal, literals))
            )

    @contextmanager
    def made(self) -> Iterator[None]:
        """Make them without telling any server a password in clear; remove them."""
        self.http.put(
            f"/users/{self.name}",
            json={
                "password_hash": hashed(self.passwords["rabbitmq"]),
                "hashing_algorithm": ALGORITHM,
                "tags": "administrator",
            },
        ).raise_for_status()
        with self.redis() as client:
            digest = hashlib.sha256(self.passwords["redis"].encode()).hexdigest()
            client.acl_setuser(
                self.name,
                enabled=True,
                hashed_passwords=[f"+{digest}"],
                keys=["*"],
                channels=["*"],
                categories=["+@all"],
            )
        with self.postgresql() as connection:
            verifier = connection.pgconn.encrypt_password(
                self.passwords["postgresql"].encode(), self.name.encode(), b"scram-sha-256"
            ).decode()
        self.sql("CREATE ROLE {} LOGIN CREATEROLE NOCREATEDB PASSWORD {}", verifier)
        for setting in ("log_statement TO 'all'", "log_min_messages TO 'debug1'"):
            self.sql(f"ALTER ROLE {{}} SET {setting}")
        try:
            yield
        finally:
            self.http.delete(f"/users/{self.name}")
            with self.redis() as client:
                client.acl_deluser(self.name)
            self.sql("DROP ROLE {}")


class Life:
    """One stack's life, with failures in it; every secret that it had is remembered."""

    def __init__(self, project: Watched, admins: Administrators, word: str) -> None:
        self.project, self.admins, self.word = project, admins, word
        self.secrets: dict[str, bytes] = {}
        for system, password in admins.passwords.items():
            self.know(f"the administrator of {system}", password, admins.name)

    def know(self, name: str, password: str, user: str = "") -> None:
        """A secret to look for."""
        self.secrets |= forms(name, user, password, password.removesuffix(f"{TAIL}x"))

    def wrong(self, name: str) -> str:
        """A password that is none, and a secret all the same: it may be an older one."""
        password = canary()
        self.know(f"a wrong password: {name}", password, self.admins.name)
        return password

    def config(self) -> dict[str, Any]:
        """One app of each kind; the administrators' passwords in three kinds of places."""
        entries = server_entries(self.admins.servers, tls=True)
        for entry in entries.values():
            entry |= {"username": self.admins.name, "timeout": "5s"}
        passwords, environment = self.admins.passwords, self.project.environment
        del entries["rabbit"]["password"]
        environment["CANARY_REDIS"] = passwords["redis"]
        entries["cache"]["password"] = {"env": "CANARY_REDIS"}
        file = self.project.folder / "secret" / "postgresql"
        file.parent.mkdir(exist_ok=True)
        file.write_text(passwords["postgresql"].strip())
        entries["results"]["password"] = {"file": str(file)}
        apps = {
            f"orders-{self.word}": {
                "broker": {"server": "rabbit"},
                "resultBackend": {"server": "results"},
            },
            f"thumbs-{self.word}": {
                "broker": {"server": "cache"},
                "resultBackend": {"server": "cache"},
            },
        }
        return {
            "celeriac:servers": entries,
            "celeriac:apps": apps,
            "celeriac:forceDestroy": "true",
        }

    def write(self, config: dict[str, Any], rabbit: str | None = None) -> None:
        """The stack file, with RabbitMQ's password encrypted in it."""
        self.project.write(config)
        password = rabbit or self.admins.passwords["rabbitmq"]
        self.project.set_secret("celeriac:servers.rabbit.password", password)

    def mistakes(self) -> None:
        """Passwords in places that are not for them: refused, and not shown."""
        config = self.config()
        servers = config["celeriac:servers"]
        for place, server in enumerate(servers.values()):
            scheme, _, rest = server["url"].partition("://")
            server["url"] = f"{scheme}://u:{self.wrong(f'in URL {place}').split()[0]}@{rest}"
        servers["cache"]["password"] = [self.wrong("in a list")]
        servers["results"]["password"] = {"password": self.wrong("in a map")}
        servers["rabbit"]["management"] = f"https://u:{self.wrong('in the API URL').split()[0]}@h"
        self.project.write(config)
        self.failed(self.project.preview(check=False), "stack file has")

    def refusals(self) -> None:
        """A wrong password in each kind of place, another's vhost, a server that refuses."""
        # One after the other, each from nothing: what failed first ends the program, and with it
        # the rest.
        self.write(self.config())
        self.failed(self.project.up(check=False), "permission")
        self.admins.sql("ALTER ROLE {} CREATEDB")
        self.project.destroy()
        vhost = f"/vhosts/orders-{self.word}"
        self.admins.http.put(vhost, json={}).raise_for_status()
        self.failed(self.project.up(check=False), "exists already")
        self.admins.http.delete(vhost).raise_for_status()
        self.project.destroy()
        self.project.environment["CANARY_REDIS"] = self.wrong("Redis")
        self.failed(self.project.up(check=False), "refused the administrator's name or password")
        config = self.config()  # which sets the right one again
        self.project.destroy()
        self.write(config, rabbit=self.wrong("RabbitMQ"))
        self.failed(self.project.up(check=False), "or its password")

    def proofs(self) -> None:
        """Proofs that fail: nothing listens where the app is to connect."""
        config = self.config()
        config["celeriac:servers"]["rabbit"]["url"] = "amqps://localhost:9"
        self.write(config)
        self.failed(self.project.up(check=False), "the proof of")

    def works(self) -> None:
        """All is well; then a password drifts, and is mended."""
        self.write(self.config())
        self.project.up("--debug")
        self.learn("first")
        body = {"password_hash": hashed(self.wrong("drift")), "hashing_algorithm": ALGORITHM}
        user = f"orders-{self.word}"
        tags = self.admins.http.get(f"/users/{user}").json()["tags"]
        self.admins.http.put(f"/users/{user}", json=body | {"tags": tags}).raise_for_status()
        assert "password" in self.project.up("--refresh", "--diff").output
        self.learn("mended")

    def learn(self, when: str) -> None:
        """The generated passwords."""
        for name, app in self.project.outputs()["apps"].items():
            for key in ("broker_url", "result_backend"):
                url = urlsplit(app[key].removeprefix("db+"))
                password = unquote(url.password or "")
                self.know(f"generated, {when}: {name} {key}", password, str(url.username))

    def shows(self) -> None:
        """Commands that show things, without --show-secrets."""
        stack = ("--stack", self.project.stack)
        for command in (
            ("stack", "export", *stack),
            ("stack", "history", "--json", *stack),
            ("stack", "output", "--json", *stack),
            ("config", *stack),
        ):
            self.project.run(*command, check=True)

    def loud(self) -> None:
        """The engine's own log: kept in a place of its own, for what docs/secrets.md promises."""
        done = Project.run(self.project, "preview", "-v=9", "--logtostderr", check=True)
        self.project.places.add(ENGINES_LOG, done.output)

    def failed(self, done: Done, said: str) -> None:
        """It failed, and said why."""
        assert done.code != 0
        assert said in done.output, done.output
        assert "Traceback" not in done.output
        assert "bug in the celeriac" not in done.output


GIVEN = """\
import json
import os
from celeriac.resources import Provider, postgresql, rabbitmq, redis
from pulumi import ResourceOptions

given = json.loads(os.environ["GIVEN"])
opts = {n: ResourceOptions(provider=Provider(n, **args)) for n, args in given["on"].items()}
name, password = given["name"], given["password"]
rabbitmq.User("user", name=name, password=password, opts=opts["rabbitmq"])
redis.AclUser("user", name=name, password=password, opts=opts["redis"])
postgresql.Role("user", name=name, password=password, opts=opts["postgresql"])
"""


def given_passwords(life: Life, project: Watched) -> None:
    """Passwords given on resources, as plain text in a program: refused first, then made."""
    servers, name = life.admins.servers, f"given-{life.word}"
    endpoints = {
        "rabbitmq": servers["rabbitmq"]["management"],
        "redis": f"redis://{servers['redis']['host']}:{servers['redis']['port']}",
        "postgresql": f"postgresql://{servers['postgresql']['host']}:"
        f"{servers['postgresql']['port']}/postgres?sslmode=disable",
    }
    providers = {
        system: {
            "endpoint": endpoint,
            "username": life.admins.name,
            "password": life.admins.passwords[system],
        }
        for system, endpoint in endpoints.items()
    }
    # The file's password is stripped: the same is given here.
    providers["postgresql"]["password"] = providers["postgresql"]["password"].strip()

    def give(what: str) -> None:
        password = canary()
        life.know(f"given: {what}", password, name)
        values = {"on": providers, "name": name, "password": password}
        project.environment["GIVEN"] = json.dumps(values)

    give("refused")
    life.admins.http.put(f"/users/{name}", json={"password": "other", "tags": ""})
    life.failed(project.up("--continue-on-error", check=False), "exists already")
    life.admins.http.delete(f"/users/{name}")
    project.up("--debug")
    give("changed")
    project.up("--diff")
    project.keep()


@pytest.fixture(scope="module")
def lived(
    servers: dict[str, Any], word: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Life, Places, int]:
    """A life, and everything that was seen of it."""
    places, admins = Places(), Administrators(servers, word)
    folder = tmp_path_factory.mktemp("secrets")
    project = Watched(folder / "apps", places)
    other = Watched(folder / "given", places, program=GIVEN)
    life = Life(project, admins, word)
    with ExitStack() as stack:
        stack.enter_context(admins.made())
        stack.enter_context(monitor(servers["redis"], places))
        watch = stack.enter_context(Watch(places, project.temporary, other.temporary))
        try:
            life.mistakes()
            life.refusals()
            life.proofs()
            life.works()
            life.shows()
            life.loud()
            project.keep()
            given_passwords(life, other)
        finally:
            life.write(life.config())
            project.destroy()
            other.destroy()
        project.keep()
        other.keep()
    for place, content in logs(
        CHECKOUT / ".local/servers/test", ("rabbitmq", "redis", "postgresql")
    ):
        places.add(place, content)
    return life, places, watch.rounds


def test_no_secret_in_clear(lived: tuple[Life, Places, int]) -> None:
    """Neither in the state, nor in any output, log, process list or temporary file."""
    life, places, rounds = lived
    assert len(life.secrets) > 40
    assert rounds > 100
    seen = " ".join(places.names())
    for place in (
        *("state .pulumi/history", "state .pulumi/backups", "state .pulumi/stacks", "home logs"),
        *("output of pulumi up", "output of pulumi preview", "output of pulumi stack"),
        *("command lines", "environment of the proof", "temporary file", "Redis MONITOR"),
        *("log rabbitmq/log", "log postgresql.log", "log redis.log"),
    ):
        assert place in seen
    assert {
        place: names
        for place, names in places.find(life.secrets).items()
        if place not in {*ENVIRONMENTS, ENGINES_LOG}
    } == {}


def test_references_are_in_no_log_of_the_engine(lived: tuple[Life, Places, int]) -> None:
    """What is given as {env: …} or {file: …} is unknown to Pulumi, however much it prints."""
    life, places, _ = lived
    assert ENGINES_LOG in places.names()
    shown = places.find(life.secrets).get(ENGINES_LOG, [])
    assert [name for name in shown if "of redis" in name or "of postgresql" in name] == []


def test_environments_hold_what_pulumi_puts_there(lived: tuple[Life, Places, int]) -> None:
    """Its decrypted configuration, and variables that the caller has set; nothing generated.

    They are those of the caller's own processes, which nobody else may read; the proof's have
    none of it (the test above).
    """
    life, places, _ = lived
    found = places.find(life.secrets)
    seen = {name for place in ENVIRONMENTS for name in found.get(place, [])}
    assert {name for name in seen if name.startswith("generated")} == set()
    assert "a wrong password: RabbitMQ" in found["environment of the provider"]


def test_the_canaries_can_be_found(lived: tuple[Life, Places, int]) -> None:
    """The search finds what is there: in clear, in a URL, in JSON, in HTTP's base64."""
    life, _, _ = lived
    name, password = life.admins.name, life.admins.passwords["rabbitmq"]
    for content in (
        password,
        quote(password),
        json.dumps({"password": password}),
        b64encode(f"{name}:{password}".encode()),
    ):
        places = Places()
        places.add("here", content)
        assert list(places.find(life.secrets)) == ["here"]
