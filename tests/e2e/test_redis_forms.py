"""Redis 8 through a Unix socket, and Valkey 8: servers of this file's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e import redis_forms
from tests.e2e.redis_forms import App, Form, app_on
from tests.provider.redis.conftest import OwnServer
from tests.redis_programs import server

FORMS = [
    pytest.param("socket", marks=pytest.mark.row("redis-socket")),
    pytest.param("valkey", marks=pytest.mark.row("valkey")),
]


@pytest.fixture(scope="module", params=FORMS)
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app on each."""
    kind = "valkey" if request.param == "valkey" else "redis"
    program = server(f"{kind}-server")
    own = OwnServer(tmp_path_factory.mktemp("redis"), acl_file=True, program=program)
    own.start()
    login = {"username": own.username, "password": own.password}
    common = {"kind": kind, "platform": "existing", **login}
    if kind == "valkey":
        assert own.login().info("server")["valkey_version"].startswith("8.")
        url = {"url": f"redis://127.0.0.1:{own.port}/3", "tls": "off"}
        form = Form(common | url, own, "redis")
    else:
        form = Form(common | {"url": f"unix://{own.socket}", "db": 3}, own, "redis+socket")
    with app_on(form, tmp_path_factory.mktemp("forms")) as made:
        yield made
    own.stop()


@pytest.fixture(autouse=True)
def _version(app: App, record_property: Callable[[str, object], None]) -> None:
    """For the README's table."""
    record_property("version", app.form.version)


@pytest.mark.shows("provisioned")
def test_the_same_again_and_a_change(app: App) -> None:
    """As the engine sees it."""
    redis_forms.check_the_same_again_and_a_change(app)


@pytest.mark.shows("celery")
def test_celery_works(app: App) -> None:
    """As a worker sees it."""
    redis_forms.check_celery(app)


@pytest.mark.shows("rights")
def test_the_app_sees_nothing_else(app: App) -> None:
    """What its user may not do."""
    redis_forms.check_rights(app)


@pytest.mark.shows("expiry")
def test_results_expire(app: App) -> None:
    """By the server itself."""
    redis_forms.check_expiry(app)
