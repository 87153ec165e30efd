"""Results: kept where the app needs them, and deleted by somebody when they have expired."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import Final

from celeriac.contract.results import CLEANED_BY
from celeriac_policies.celery.app_rule import app_rule
from celeriac_policies.celery.config import PROOF, CeleryConfig, DeclaredApp
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, Settings, Severity, resource_rule

NEEDS_BEAT: Final = frozenset({"postgresql", "mysql", "database", "mongodb", "django-db"})
"""Result backends that delete what has expired only when beat runs celery.backend_cleanup."""
_CLEANED_BY_THE_SERVER: Final[frozenset[str]] = frozenset(
    backend for backend, who in CLEANED_BY.items() if who == "server"
)
"""Result backends that delete what has expired by themselves, as our components make them."""
_CLEANED_BY_BEAT: Final[frozenset[str]] = frozenset(
    backend for backend, who in CLEANED_BY.items() if who == "beat"
)
"""Result backends where our components leave that to beat."""
_DRIVERS: Final = {"postgresql": "psycopg2 or psycopg", "mysql": "pymysql"}

_CONFIGURATION: Final = "https://docs.celeryq.dev/en/stable/userguide/configuration.html"


@app_rule(
    name="celery-result-backend",
    description="An app has a result backend, or says that it ignores results.",
    severity=Severity.HIGH,
    steps="Set result_backend, or task_ignore_result: true.",
    url=f"{_CONFIGURATION}#result-backend",
)
def keeps_or_ignores(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """Without one `.get()` raises, or waits for ever where only the caller has none."""
    if not app.backend and not app.ignores_results:
        yield (
            "it has no result backend, so .get() on a task's result raises an error or hangs: set "
            "result_backend, or task_ignore_result: true where nobody reads results"
        )
    if app.ignores_results and app.uses.get("chords"):
        yield (
            "it uses chords and sets task_ignore_result: a chord's body waits for the results of "
            "its header and would never run; leave task_ignore_result out"
        )


@app_rule(
    name="celery-results-over-rpc",
    description="Results over rpc are read once, by who sent the task, and in no chord.",
    severity=Severity.HIGH,
    steps="Put the results on Redis or in PostgreSQL.",
    url=f"{_CONFIGURATION}#rpc-backend-settings",
)
def rpc_is_enough(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """They are messages to the caller over its own connection to RabbitMQ."""
    if app.backend != "rpc":
        return
    if app.uses.get("chords"):
        yield (
            "its results go over rpc and it uses chords, which that result backend does not have "
            "(NotImplementedError): put the results on Redis or in PostgreSQL"
        )
    if app.uses.get("sharedResults"):
        yield (
            "its results go over rpc and others than the sender read them: such a result is a "
            "message to the process that sent the task and can be read once; put the results on "
            "Redis or in PostgreSQL"
        )
    if app.broker != "rabbitmq":
        yield (
            f"its results go over rpc and its broker is {app.broker or 'not known'}: rpc needs "
            f"RabbitMQ; put the results on Redis or in PostgreSQL"
        )


@app_rule(
    name="celery-result-expires",
    description="Results expire.",
    severity=Severity.MEDIUM,
    steps="Set result_expires to seconds.",
    url=f"{_CONFIGURATION}#result-expires",
)
def results_expire(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """Celery's default is a day, but nobody sees that it was meant."""
    if app.ignores_results or not app.backend or app.settings.get("result_expires"):
        return
    never = "result_expires" in app.settings
    said = "is empty or 0, so results are kept for ever" if never else "is not set"
    yield f"result_expires {said}: write how many seconds a result is kept"


@app_rule(
    name="celery-results-cleaned-up",
    description="Somebody deletes the results that have expired.",
    severity=Severity.HIGH,
    steps="Run celery beat, or keep results where they expire by themselves (Redis).",
    url=f"{_CONFIGURATION}#result-expires",
)
def somebody_cleans_up(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """What is not declared of beat is not checked; what never expires needs nobody."""
    if app.backend not in NEEDS_BEAT or app.uses.get("beat") is not False:
        return
    if isinstance(app, DeclaredApp) and app.backend in _CLEANED_BY_THE_SERVER:
        return  # MongoDB's, by the index that is made with its collections
    if "result_expires" not in app.settings or app.settings.get("result_expires"):
        yield (
            f"its results are in {app.backend} and it does not run beat, whose daily "
            f"celery.backend_cleanup is all that deletes expired results there: run celery beat, "
            f"or keep the results on Redis"
        )


@app_rule(
    name="celery-results-beat-declared",
    description="An app whose results only beat deletes says whether it runs beat.",
    severity=Severity.LOW,
    advice=True,
    steps="Write uses: {beat: true} and run celery beat, or keep results on Redis.",
    url=f"{_CONFIGURATION}#result-expires",
)
def beat_is_declared(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """Of a CeleryApp alone: other programs have no place to say it."""
    if not isinstance(app, DeclaredApp) or app.backend not in _CLEANED_BY_BEAT:
        return
    if app.expires is not None and app.uses.get("beat") is None:
        yield (
            f"its results are in {app.backend}, where nothing but celery beat deletes what has "
            f"expired, and it does not say that it runs one: run it and write uses: {{beat: true}}"
        )


@app_rule(
    name="celery-results-volatile",
    description="An app whose chords wait for results keeps them where they stay.",
    severity=Severity.MEDIUM,
    steps="Put the results on Redis or in PostgreSQL.",
    url=f"{_CONFIGURATION}#cache-backend-settings",
)
def results_stay(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """Memcached forgets at a restart, and whenever it needs room."""
    if app.backend == "memcached" and app.uses.get("chords"):
        yield (
            "it uses chords and its results are in memcached, which forgets them at a restart and "
            "when it needs room: the body of a chord then never runs; put the results on Redis or "
            "in PostgreSQL"
        )


@resource_rule(
    name="celery-results-no-lifecycle",
    description="No lifecycle deletes the index of Elasticsearch that holds Celery's results.",
    severity=Severity.HIGH,
    reads=(
        "elasticstack:index/indexLifecycle:IndexLifecycle",
        "elasticstack:index/elasticsearchIndexLifecycle:ElasticsearchIndexLifecycle",
    ),
    steps="Leave the delete phase out; delete expired results by a query on @timestamp, on a "
    "schedule.",
    url=f"{_CONFIGURATION}#elasticsearch-backend-settings",
    parameters=(
        Parameter(
            "lifecycles",
            "array",
            ["*celery*"],
            "Names of the lifecycles of indices that hold Celery's results, * is allowed.",
        ),
    ),
)
def no_delete_phase(resource: Resource, given: Settings) -> Iterator[str]:
    """Celery writes to one index, so a lifecycle would take fresh results with the old ones."""
    name = str(resource.props.get("name", resource.name))
    if not any(fnmatch.fnmatchcase(name, pattern) for pattern in given["lifecycles"]):
        return
    if resource.props.get("delete") is not None:
        yield (
            f"the lifecycle {name} has a delete phase: Celery keeps all results in one index, and "
            f"fresh ones would be deleted with it; leave the phase out and delete by a query on "
            f"@timestamp"
        )


@app_rule(
    name="celery-database-driver",
    description="The URL of a result database names its driver.",
    severity=Severity.HIGH,
    reads=(PROOF,),
    steps="Write db+postgresql+psycopg2://, db+postgresql+psycopg:// or db+mysql+pymysql://.",
    url="https://docs.sqlalchemy.org/en/21/changelog/migration_21.html",
)
def driver_is_named(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """SQLAlchemy 2.1 took another for postgresql than 2.0; for mysql it takes an old one."""
    address = app.backend_address
    if address is not None and address.in_database and not address.driver:
        driver = _DRIVERS.get(app.backend)
        if driver is not None:
            yield (
                f"the result backend begins with {address.scheme}://, and which driver that means "
                f"depends on SQLAlchemy's version: name it, as in "
                f"{address.scheme}+{driver.split()[0]}:// ({driver})"
            )
