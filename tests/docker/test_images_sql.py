"""The stand-ins for the official images `postgres` and `mariadb` keep to what those document."""

from __future__ import annotations

from docker.models.containers import Container

from tests.docker.containers import Containers, ended, said, until

PASSWORD = {"file": "/run/secret", "content": "s3cr'et", "permissions": "0400"}
"""Only root reads it."""


def psql(server: Container, user: str, password: str, statement: str, database: str) -> str:
    """What a statement over the network answers: on loopback nobody is asked for a password."""
    address = said(server, "hostname", "-i")
    url = f"host={address} user={user} dbname={database} connect_timeout=5"
    return said(server, "env", f"PGPASSWORD={password}", "psql", "-Atc", statement, url)


def test_postgres_is_made_once_and_kept(containers: Containers) -> None:
    """User, database and password of the environment; for a volume with data they are nothing."""
    volume = (containers.volume("postgres"), "/var/lib/postgresql/data")
    environment = {"POSTGRES_USER": "boss", "POSTGRES_PASSWORD_FILE": "/run/secret"}
    script = {
        "file": "/docker-entrypoint-initdb.d/a.sql",
        "content": "create table t (x int); insert into t values (42);",
    }
    first = containers.run(
        "postgres", data=volume, uploads=[PASSWORD, script], environment=environment
    )
    until(first, "pg_isready", "-q", "-h", "127.0.0.1", "-U", "boss")
    assert psql(first, "boss", PASSWORD["content"], "select x from t", "boss") == "42"
    assert said(first, "stat", "--format=%u", "/proc/1") == "999"
    containers.remove(first)
    second = containers.run("postgres", data=volume, environment={"POSTGRES_PASSWORD": "another"})
    until(second, "pg_isready", "-q", "-h", "127.0.0.1")
    assert psql(second, "boss", PASSWORD["content"], "select x from t", "boss") == "42"
    address = said(second, "hostname", "-i")
    wrong = ["env", "PGPASSWORD=another", "psql", "-c", "", f"host={address} user=boss"]
    assert b"password authentication failed" in second.exec_run(wrong).output


def test_postgres_wants_a_password(containers: Containers) -> None:
    """Or to be told that it needs none."""
    code, log = ended(containers.run("postgres"))
    assert code == 1
    assert "superuser password is not specified" in log
    both = {"POSTGRES_PASSWORD": "a", "POSTGRES_PASSWORD_FILE": "/run/secret"}
    code, log = ended(containers.run("postgres", uploads=[PASSWORD], environment=both))
    assert code == 1
    assert "POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set" in log


def test_postgres_takes_options(containers: Containers) -> None:
    """Alone; and whom nobody is to be asked for a password."""
    environment = {"POSTGRES_HOST_AUTH_METHOD": "trust", "POSTGRES_DB": "d"}
    server = containers.run("postgres", ["-c", "max_connections=17"], environment=environment)
    until(server, "pg_isready", "-q", "-h", "127.0.0.1")
    assert psql(server, "postgres", "", "show max_connections", "d") == "17"


def mariadb(server: Container, user: str, password: str, statement: str) -> str:
    """What a statement over the network answers."""
    login = ["mariadb", f"--user={user}", "--host", said(server, "hostname", "-i")]
    options = ["--batch", "--skip-column-names", "--skip-ssl-verify-server-cert"]
    return said(server, "env", f"MYSQL_PWD={password}", *login, *options, f"--execute={statement}")


def test_mariadb_is_made_once_and_kept(containers: Containers) -> None:
    """Root from everywhere, a database and its user; for a volume with data they are nothing."""
    volume = (containers.volume("mariadb"), "/var/lib/mysql")
    environment = {
        "MARIADB_ROOT_PASSWORD_FILE": "/run/secret",
        "MYSQL_DATABASE": "d_b",
        "MARIADB_USER": "app",
        "MARIADB_PASSWORD": "word",
    }
    first = containers.run("mariadb", data=volume, uploads=[PASSWORD], environment=environment)
    until(first, "healthcheck.sh", "--connect", "--innodb_initialized")
    root = ("root", PASSWORD["content"])
    mariadb(first, *root, "create table d_b.t (x int); insert into d_b.t values (42)")
    assert mariadb(first, "app", "word", "select x from d_b.t") == "42"
    assert said(first, "stat", "--format=%u", "/proc/1") == "999"
    containers.remove(first)
    another = {"MARIADB_ROOT_PASSWORD": "another"}
    second = containers.run("mariadb", data=volume, environment=another)
    until(second, "healthcheck.sh", "--connect")
    assert mariadb(second, *root, "select x from d_b.t") == "42"


def test_mariadb_wants_a_password(containers: Containers) -> None:
    """Or to be told that it needs none."""
    code, log = ended(containers.run("mariadb"))
    assert code == 1
    assert "password option is not specified" in log
