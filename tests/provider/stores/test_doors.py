"""Wrong doors of MongoDB and Elasticsearch: a sentence each, in time, with the setting to look at.

TLS is ended in front of servers that have none; refused log-ins are those of stand-ins.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from celeriac_provider.elasticsearch import ResultIndex
from celeriac_provider.engine.resource import Resource
from celeriac_provider.mongodb import User
from tests.closed_port import closed_port
from tests.lifecycle import Failed, Lifecycle
from tests.provider.stores.tls_front import tls_front
from tests.provider.weather.doors import CANARY, NOBODY, House, strangers
from tests.standins.mongodb.users import ADMINISTRATOR, PASSWORD, standing_in

CHECKOUT = Path(__file__).resolve().parents[3]
TLS = CHECKOUT / ".local" / "servers" / "test" / "tls"
RESOURCES: dict[str, tuple[type[Resource], dict[str, Any]]] = {
    "mongodb": (User, {"database": NOBODY, "name": "app"}),
    "elasticsearch": (ResultIndex, {"name": NOBODY, "replicas": 0}),
}


@dataclass
class Ways:
    """Ports of each system, by what is wrong there."""

    ports: dict[str, dict[str, int]]
    login: dict[str, dict[str, str]]
    folder: Path

    def endpoint(self, system: str, port: int, *, tls: bool, host: str = "localhost") -> str:
        """As the provider takes it."""
        if system == "mongodb":
            return f"mongodb://{host}:{port}?tls={str(tls).lower()}"
        return f"{'https' if tls else 'http'}://{host}:{port}"

    def right(self, system: str) -> dict[str, Any]:
        """What gets in, over TLS."""
        return {
            "endpoint": self.endpoint(system, self.ports[system]["server"], tls=True),
            "caFile": str(TLS / "ca.pem"),
            "timeout": 2,
            **self.login[system],
        }


@pytest.fixture(scope="module")
def ways(
    start_server: Callable[[str], dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ways]:
    """Each system in clear and behind each certificate; strangers beside them."""
    folder = tmp_path_factory.mktemp("doors")
    entry, elastic = start_server("mongo-java"), start_server("elasticsearch")
    with ExitStack() as stack:
        mongo = stack.enter_context(standing_in((entry["host"], entry["port"])))
        ports = {}
        for system, port in (("mongodb", mongo.port), ("elasticsearch", elastic["port"])):
            house = House({"ca": str(TLS / "ca.pem")}, folder)
            stack.enter_context(strangers(house))
            fronts = {
                name: stack.enter_context(tls_front(("127.0.0.1", port), TLS / f"{name}.pem"))
                for name in ("server", "wrong-host", "expired")
            }
            ports[system] = {"plain": port, **fronts, **house.ports}
        login = {"mongodb": {"username": ADMINISTRATOR, "password": PASSWORD}, "elasticsearch": {}}
        yield Ways(ports, login, folder)


def knock(system: str, configuration: dict[str, Any]) -> Failed | None:
    """Make something and delete it; what was said where that failed."""
    resource, given = RESOURCES[system]
    settings = {key: value for key, value in configuration.items() if value is not None}
    began = time.monotonic()
    found = None
    with closing(Lifecycle(resource, settings)) as life:
        try:
            life.delete(life.create(given, settled=False))
        except Failed as failed:
            found = failed
    if found is not None:
        assert time.monotonic() - began < 8, found.sentence
        assert found.code.name != "INTERNAL", found.sentence
        assert CANARY not in found.sentence
        assert PASSWORD not in found.sentence
        assert found.sentence.isprintable()
    return found


@pytest.mark.parametrize("system", RESOURCES)
def test_the_right_doors(ways: Ways, system: str) -> None:
    """Over TLS with the authority as a file and as text, and in clear where that is said."""
    right = ways.right(system)
    assert knock(system, right | {"timeout": 20}) is None
    text = {"caFile": None, "ca": (TLS / "ca.pem").read_text()}
    assert knock(system, right | text | {"timeout": 20}) is None
    plain = ways.endpoint(system, ways.ports[system]["plain"], tls=False)
    assert knock(system, right | {"endpoint": plain, "timeout": 20}) is None


DOORS: dict[str, tuple[Callable[[Ways, str], dict[str, Any]], str]] = {
    "the system's authorities": (lambda *_: {"caFile": None}, "give the authority as `ca`"),
    "another host's certificate": (
        lambda w, s: {"endpoint": w.endpoint(s, w.ports[s]["wrong-host"], tls=True)},
        "its certificate is for another host",
    ),
    "an expired certificate": (
        lambda w, s: {"endpoint": w.endpoint(s, w.ports[s]["expired"], tls=True)},
        "its certificate has expired",
    ),
    "TLS on a plain port": (
        lambda w, s: {"endpoint": w.endpoint(s, w.ports[s]["plain"], tls=True)},
        "`endpoint`",
    ),
    "no TLS on a TLS port": (
        lambda w, s: {"endpoint": w.endpoint(s, w.ports[s]["server"], tls=False)},
        "`endpoint`",
    ),
    "closed port": (
        lambda w, s: {"endpoint": w.endpoint(s, closed_port(), tls=False)},
        "nothing listens there",
    ),
    "no such host": (
        lambda w, s: {"endpoint": w.endpoint(s, 1, tls=False, host="nowhere.invalid")},
        "its name is not known",
    ),
    "silence": (
        lambda w, s: {"endpoint": w.endpoint(s, w.ports[s]["silent"], tls=False)},
        "it did not answer in time",
    ),
    "closes at once": (
        lambda w, s: {"endpoint": w.endpoint(s, w.ports[s]["closing"], tls=False)},
        "it closed the connection",
    ),
    "SSH": (
        lambda w, s: {"endpoint": w.endpoint(s, w.ports[s]["ssh"], tls=False)},
        "`endpoint`",
    ),
    "a web server": (
        lambda w, s: {"endpoint": w.endpoint(s, w.ports[s]["http"], tls=False)},
        "`endpoint`",
    ),
    "another scheme": (lambda *_: {"endpoint": "ftp://h:1"}, "write it as"),
    "a path": (lambda w, s: {"endpoint": f"{w.endpoint(s, 1, tls=True)[:20]}/x/y"}, "write it as"),
    "CA that is no PEM": (
        lambda w, s: {"caFile": str(no_pem(w))},
        "is not a readable PEM certificate",
    ),
}


def no_pem(ways: Ways) -> Path:
    """A file that holds no certificate."""
    file = ways.folder / "no.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n")
    return file


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("system", RESOURCES)
def test_a_wrong_door_says_which_setting_to_look_at(ways: Ways, system: str, door: str) -> None:
    """The table."""
    change, expected = DOORS[door]
    failed = knock(system, ways.right(system) | change(ways, system))
    assert failed is not None
    assert expected in failed.sentence


@pytest.mark.parametrize(
    "change",
    [{"password": CANARY}, {"username": NOBODY, "password": CANARY}],
    ids=["wrong password", "unknown user"],
)
def test_mongodb_refuses_a_login(ways: Ways, change: dict[str, str]) -> None:
    """The stand-in's answer is MongoDB's code 18."""
    failed = knock("mongodb", ways.right("mongodb") | change)
    assert failed is not None
    assert "refused the administrator's name or password" in failed.sentence


def test_mongodb_without_a_login(ways: Ways) -> None:
    """Nobody may do anything: code 13, and which rights it takes."""
    failed = knock("mongodb", ways.right("mongodb") | {"username": None, "password": None})
    assert failed is not None
    assert "give it userAdminAnyDatabase and readWriteAnyDatabase" in failed.sentence


@contextmanager
def answering(status: int, document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A written stand-in for Elasticsearch, which says one thing; the provider's configuration."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("x-elastic-product", "Elasticsearch")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield {
        "endpoint": f"http://127.0.0.1:{server.server_port}",
        "username": "x",
        "password": CANARY,
        "timeout": 2,
    }
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [
        (401, "unable to authenticate user [x]", "refused the administrator's name or password"),
        (403, "action [indices:admin/get] is unauthorized", "give it `manage` and `read`"),
        (400, "this action would add [2] shards", "this action would add [2] shards (400)"),
    ],
)
def test_elasticsearch_refuses(status: int, reason: str, said: str) -> None:
    """The server of the tests has no users and no limits."""
    with answering(status, {"error": {"reason": reason}, "status": status}) as configuration:
        failed = knock("elasticsearch", configuration)
    assert failed is not None
    assert said in failed.sentence


def test_a_lifecycle_policy_on_the_index_is_warned_of() -> None:
    """The server of the tests has no lifecycle management."""
    settings = {
        "number_of_shards": "1",
        "number_of_replicas": "1",
        "lifecycle": {"name": "logs"},
    }
    there = {"orders": {"settings": {"index": settings}, "mappings": {}}}
    said = (
        "the index 'orders' has the lifecycle policy 'logs': with a delete phase it takes fresh "
        "results with it, so take the policy off the index"
    )
    with answering(200, there) as configuration:
        life = Lifecycle(ResultIndex, configuration)
        with closing(life):
            assert life.import_("orders") is not None
            assert life.warnings == [said]


def test_an_alias_is_no_index(ways: Ways) -> None:
    """Results are read by their id from one index."""
    import httpx  # noqa: PLC0415 - of this test alone

    port = ways.ports["elasticsearch"]["plain"]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
        behind = f"{NOBODY}-behind"
        aliases = {"aliases": {NOBODY: {}}, "settings": {"number_of_replicas": 0}}
        http.put(f"/{behind}", json=aliases).raise_for_status()
        failed = knock("elasticsearch", ways.right("elasticsearch") | {"timeout": 20})
        http.delete(f"/{behind}")
    assert failed is not None
    assert f"is an alias of {behind}" in failed.sentence
