"""Import, protection, renames and equal names of two backends, with the real engine."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import redis
from psycopg import sql

from tests.e2e.inventory import inventory
from tests.e2e.project import Project

HEAD = """\
import pulumi
from celeriac.resources.postgresql import Role
from celeriac.resources.rabbitmq import User, Vhost
from celeriac.resources.redis import AclUser
O = pulumi.ResourceOptions
"""


class Servers:
    """The real servers, from outside.

    Args:
        servers: servers.json.
        word: in every name.
    """

    def __init__(self, servers: dict[str, Any], word: str) -> None:
        self.servers, self.word = servers, word
        rabbit = servers["rabbitmq"]
        self.http = httpx.Client(
            base_url=rabbit["management"], auth=(rabbit["username"], rabbit["password"])
        )

    def environment(self) -> dict[str, str]:
        """What the default provider needs in a program that configures none."""
        found = {
            "RABBITMQ_ENDPOINT": self.servers["rabbitmq"]["management"],
            "RABBITMQ_USERNAME": self.servers["rabbitmq"]["username"],
            "RABBITMQ_PASSWORD": self.servers["rabbitmq"]["password"],
            "REDIS_ENDPOINT": f"redis://127.0.0.1:{self.servers['redis']['port']}/0",
            "REDIS_USERNAME": self.servers["redis"]["username"],
            "REDIS_PASSWORD": self.servers["redis"]["password"],
            "POSTGRESQL_ENDPOINT": "postgresql://127.0.0.1:"
            f"{self.servers['postgresql']['port']}/postgres?sslmode=disable",
            "POSTGRESQL_USERNAME": self.servers["postgresql"]["admin_username"],
            "POSTGRESQL_PASSWORD": self.servers["postgresql"]["admin_password"],
        }
        return {f"CELERIAC_{key}": value for key, value in found.items()}

    def by_hand(self) -> None:
        """A vhost, an ACL user with a password and a role with one."""
        self.http.put(
            f"/api/vhosts/{self.word}", json={"default_queue_type": "quorum"}
        ).raise_for_status()
        with self.redis() as client:
            client.execute_command(
                "ACL SETUSER", self.word, "on", ">by hand", f"~{self.word}:*", "-@all", "+get"
            )
        with self.postgresql() as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'by hand'").format(sql.Identifier(self.word))
            )

    def redis(self) -> Any:
        """As the administrator."""
        found = self.servers["redis"]
        return redis.Redis(
            port=found["port"], username=found["username"], password=found["password"]
        )

    def postgresql(self) -> psycopg.Connection[Any]:
        """As the administrator who is no superuser."""
        found = self.servers["postgresql"]
        return psycopg.connect(
            host=found["host"],
            port=found["port"],
            user=found["admin_username"],
            password=found["admin_password"],
            dbname="postgres",
            autocommit=True,
        )

    def vhost(self) -> Any:
        """The vhost, or None."""
        answer = self.http.get(f"/api/vhosts/{self.word}")
        return answer.json() if answer.is_success else None

    def remaining(self) -> list[str]:
        """What carries the word."""
        return [name for names in inventory(self.servers, self.word).values() for name in names]

    def clean(self) -> None:
        """Remove what a failed test left."""
        self.http.delete(f"/api/vhosts/{self.word}")
        self.http.delete(f"/api/users/{self.word}")
        self.http.close()
        with self.redis() as client:
            client.execute_command("ACL DELUSER", self.word)
        with self.postgresql() as connection:
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(self.word)))


@pytest.fixture
def real(servers: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Servers]:
    """The servers, with a word of this test's own."""
    found = Servers(servers, f"own{uuid.uuid4().hex[:8]}")
    yield found
    found.clean()


def project(folder: Path, real: Servers, program: str) -> Project:
    """A project with a program of these resources, on the default provider."""
    made = Project(folder, name="ownership", program=HEAD + program)
    made.environment |= real.environment()
    return made


def rewrite(made: Project, program: str) -> None:
    """Another program for the same stack."""
    (made.folder / "__main__.py").write_text(HEAD + program)


def three(word: str, *, options: str = "", password: str = "") -> str:
    """What `by_hand` made, as a program."""
    rules = f'keys=["{word}:*"], commands=["-@all", "+get"]'
    return f"""
Vhost("v", name={word!r}, opts=O({options}))
AclUser("a", name={word!r}, {rules}, {password}opts=O({options}))
Role("r", name={word!r}, {password}opts=O({options}))
"""


def test_import_command(tmp_path: Path, real: Servers) -> None:
    """`pulumi import` of one resource per system; then the program differs in nothing.

    Not even when it gives the password, which is tried; and everything can be destroyed.
    """
    real.by_hand()
    made = project(tmp_path, real, "")
    types = {"rabbitmq:Vhost": "v", "redis:AclUser": "a", "postgresql:Role": "r"}
    listed = [
        {"type": f"celeriac:{token}", "name": name, "id": real.word}
        for token, name in types.items()
    ]
    (tmp_path / "import.json").write_text(json.dumps({"resources": listed}))
    made.run(
        *("import", "--file", str(tmp_path / "import.json"), "--stack", made.stack),
        *("--yes", "--generate-code=false", "--protect=false"),
        check=True,
    )
    rewrite(made, three(real.word))
    assert made.preview("--expect-no-changes").changed == {}
    rewrite(made, three(real.word, password='password="by hand", '))
    assert made.preview("--expect-no-changes").changed == {}
    assert real.vhost()["tags"] == []
    made.destroy()
    assert real.remaining() == []


def test_import_option(tmp_path: Path, real: Servers) -> None:
    """The same with `import_`, by a program that knows the passwords; a bad id is explained."""
    real.by_hand()
    known = 'password="by hand", '
    made = project(tmp_path, real, three(real.word, options='import_="no/such"', password=known))
    failed = made.up(check=False)
    assert failed.code != 0
    assert "does not exist" in failed.output
    rewrite(made, three(real.word, options=f"import_={real.word!r}", password=known))
    assert made.up().changed == {"import": 3}
    rewrite(made, three(real.word, password=known))
    assert made.preview("--expect-no-changes").changed == {}


def test_protect_and_retain_on_delete(tmp_path: Path, real: Servers) -> None:
    """Protected: not destroyed. Retained: forgotten, and left on the server as it was."""
    vhost = f'Vhost("v", name={real.word!r}, opts=O({{}}))\n'
    made = project(tmp_path, real, vhost.format("protect=True"))
    made.up()
    assert "protect" in made.destroy(check=False).output
    before = real.vhost()
    assert before is not None
    rewrite(made, vhost.format("retain_on_delete=True"))
    made.up()
    rewrite(made, "")
    made.up()
    assert made.resources()[1:] == []
    assert before["tags"] == real.vhost()["tags"]


def test_renamed_stack_and_alias(tmp_path: Path, real: Servers) -> None:
    """Both keep the object and its mark; without the alias the new name is refused."""
    vhost = f'Vhost("{{}}", name={real.word!r}, description="{{}}", opts=O({{}}))\n'
    made = project(tmp_path, real, vhost.format("v", "", ""))
    made.up()
    tags = real.vhost()["tags"]
    made.run("stack", "rename", "renamed", "--stack", made.stack, check=True)
    made.stack = "renamed"
    rewrite(made, vhost.format("v", "after the rename", ""))
    assert made.up().changed == {"update": 1}
    alias = 'aliases=[pulumi.Alias(name="v")]'
    rewrite(made, vhost.format("w", "with an alias", alias))
    assert made.up().changed == {"update": 1}
    assert tags == real.vhost()["tags"]
    assert real.vhost()["description"] == "with an alias"
    made.destroy()
    assert real.remaining() == []


def test_two_backends_with_equal_names(tmp_path: Path, real: Servers) -> None:
    """With `celeriac:owner` the second is refused; without, it takes the first one's user over.

    The first then sees that its password no longer works, and that is all it can see.
    """
    program = f'User("u", name={real.word!r})\n'
    first = project(tmp_path / "first", real, program)
    second = project(tmp_path / "second", real, program)
    first.up()
    before = real.http.get(f"/api/users/{real.word}").json()
    second.write({"celeriac:owner": "another team"})
    refused = second.up(check=False)
    assert refused.code != 0
    assert "exists already and was not made by this stack" in refused.output
    assert before == real.http.get(f"/api/users/{real.word}").json()
    second.write({})
    second.up()
    after = real.http.get(f"/api/users/{real.word}").json()
    assert before["tags"] == after["tags"]
    assert "password" in first.preview("--refresh").output
