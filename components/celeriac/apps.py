"""A Celery app's infrastructure: a broker and a result backend that belong together, proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.contract import (
    Uses,
    cleaned_by,
    django_output,
    environment,
    merge,
    pairing_problems,
    to_json,
)
from celeriac.made import resources, triggers
from celeriac.resources import celery

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from celeriac.backends.django_caches import DjangoMemcachedResults, DjangoRedisResults
    from celeriac.backends.django_databases import DjangoMySQLResults, DjangoPostgreSQLResults
    from celeriac.backends.elasticsearch import ElasticsearchResults
    from celeriac.backends.memcached import MemcachedResults
    from celeriac.backends.mongodb import MongoDBResults
    from celeriac.backends.mysql import MySQLResults
    from celeriac.backends.postgresql import PostgreSQLResults
    from celeriac.backends.redis import RedisResults
    from celeriac.backends.rpc import RPCResults
    from celeriac.brokers.kafka import KafkaBroker
    from celeriac.brokers.pubsub import PubSubBroker
    from celeriac.brokers.rabbitmq import RabbitMQBroker
    from celeriac.brokers.redis import RedisBroker
    from celeriac.brokers.sqs import SQSBroker
    from celeriac.parts import BrokerPart, ResultsPart
    from celeriac.settings_secret import SettingsSecret


class CeleryApp(pulumi.ComponentResource):
    """Pairs a broker with a result backend and hands out what the app needs to use them.

    Args:
        name: the app's name.
        broker: where its tasks are.
        result_backend: where its results are.
        uses: what the app says it needs; what cannot work is refused.
        proof: whether `up` ends with a real Celery round trip over all of it.
        settings_secret: where the outputs are kept as a secret in AWS Secrets Manager as well.
            Default: nowhere.
        opts: Pulumi's options of a resource.

    Raises:
        ValueError: the two cannot work together, or not with what the app uses. One line each.
    """

    broker_url: pulumi.Output[str]
    """Celery's `broker_url`, a secret where it holds a credential."""
    result_backend: pulumi.Output[str]
    """Celery's `result_backend`, a secret where it holds a credential."""
    settings: pulumi.Output[str]
    """Every setting that must match, as one JSON string."""
    env: pulumi.Output[Mapping[str, str]]
    """The same as environment variables, a secret."""
    django: pulumi.Output[str] | None = None
    """What Django's settings need, as one JSON string, where results go through Django; a
    secret."""
    results_cleaned_by: str
    """Who deletes expired results: `server` (by itself), `beat` (where the app runs it), `command`
    (`celeriac-cleanup`, where it is scheduled), or `nobody`, because none expire."""
    ca: pulumi.Output[str] | None
    """PEM of the CA or CAs that signed the servers' certificates, where they were given."""
    secret_arn: pulumi.Output[str] | None = None
    """ARN of the secret that holds the outputs, where there is one."""

    def __init__(
        self,
        name: str,
        *,
        broker: RabbitMQBroker | RedisBroker | SQSBroker | KafkaBroker | PubSubBroker,
        result_backend: PostgreSQLResults
        | MySQLResults
        | RedisResults
        | MemcachedResults
        | MongoDBResults
        | ElasticsearchResults
        | DjangoPostgreSQLResults
        | DjangoMySQLResults
        | DjangoRedisResults
        | DjangoMemcachedResults
        | RPCResults,
        uses: Uses | None = None,
        proof: bool = True,
        settings_secret: SettingsSecret | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        tasks, results = broker.part, result_backend.part
        problems = list(_pairing(tasks, results, uses))
        if problems:
            raise ValueError(f"the app {name} cannot work:\n" + "\n".join(problems))
        settings = pulumi.Output.all(tasks.settings, results.settings).apply(
            lambda parts: to_json(merge(*parts))
        )
        # What policies decide by, before the proof runs.
        props = {
            "broker": tasks.kind,
            "resultBackend": results.kind,
            "proof": proof,
            "queueType": tasks.queue_type,
            "expires": results.expires,
            "uses": {} if uses is None else uses.declared(),
            "settings": settings,
            **tasks.times.props,
        }
        super().__init__("celeriac:index:CeleryApp", name, props, opts)
        # Only now: Pulumi sets an attribute for each of the props, which depends on this component.
        self.broker_url, self.result_backend = tasks.url, results.url
        self.settings = settings
        told = {
            "broker_url": self.broker_url,
            "result_backend": self.result_backend,
            "settings": self.settings,
        }
        more: dict[str, pulumi.Input[str]] = dict(tasks.env)
        if results.django is not None:
            self.django = pulumi.Output.all(entries=results.django, **told).apply(
                lambda known: django_output(**known)
            )
            more["CELERY_DJANGO"] = self.django
        self.env = pulumi.Output.all(more=more, **told).apply(lambda known: environment(**known))
        self.results_cleaned_by = cleaned_by(results.kind, results.expires)
        self.ca = _bundle(tasks.ca, results.ca)
        self._more = {**tasks.outputs, **results.outputs}
        self.proof = self._prove(name, tasks, results) if proof else None
        if settings_secret is not None:
            self.secret_arn = settings_secret.keep(
                name, env=self.env, ca=self.ca, parent=self, after=self._proved()
            )
        self.register_outputs(self.outputs())

    def outputs(self) -> dict[str, Any]:
        """What a stack exports for the app."""
        found = {
            "broker_url": self.broker_url,
            "result_backend": self.result_backend,
            "settings": self.settings,
            "env": self.env,
            "django": self.django,
            "results_cleaned_by": self.results_cleaned_by,
            "ca": self.ca,
            "secret_arn": self.secret_arn,
            **self._more,
        }
        return {key: value for key, value in found.items() if value is not None}

    def _proved(self) -> list[pulumi.Resource]:
        """What has to be there before the app is told of it elsewhere."""
        return [] if self.proof is None else [self.proof]

    def _prove(self, name: str, tasks: BrokerPart, results: ResultsPart) -> celery.RoundTrip:
        """A worker and a client as the app's user, on a queue of their own."""
        made = [*tasks.made, *results.made]
        return celery.RoundTrip(
            name,
            app=name,
            broker_url=self.broker_url,
            result_backend=self.result_backend,
            settings=self.settings,
            django=self.django,
            queue=tasks.proof_queue,
            ca=self.ca,
            broker_via=tasks.via,
            result_backend_via=results.via,
            triggers=triggers(made),
            opts=pulumi.ResourceOptions(
                parent=self, provider=tasks.provider, depends_on=resources(made)
            ),
        )


def _pairing(tasks: BrokerPart, results: ResultsPart, uses: Uses | None) -> Iterator[str]:
    """Why the two cannot work together, a line each."""
    for problem in pairing_problems(
        broker=tasks.kind,
        backend=results.kind,
        expires=results.expires,
        queue_type=tasks.queue_type,
        uses=uses,
    ):
        yield f"  {problem.where} {problem.what}"
    if tasks.kind == "rabbitmq" and results.kind == "rpc" and not tasks.rpc_results:
        yield "  broker has no rights for results over rpc: give it rpc_results=True"


def _bundle(*authorities: pulumi.Output[str] | None) -> pulumi.Output[str] | None:
    """The CAs that were given, one after the other, each once."""
    given = [ca for ca in authorities if ca is not None]
    if not given:
        return None
    return pulumi.Output.all(*given).apply(lambda pems: "".join(dict.fromkeys(pems)))
