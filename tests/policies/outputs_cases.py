"""Fixtures and breaks of the rules in `celeriac_policies.outputs`."""

from __future__ import annotations

from typing import Any, Final

from celeriac_policies.values import Secret
from tests.policies.celery_apps import (
    ELASTICSEARCH,
    HOUR,
    KAFKA,
    MEMCACHED,
    MONGODB,
    OPTIONS,
    RABBITMQ,
    REDIS,
    RESULTS,
    SQS,
    app,
    breaks,
    setting,
)
from tests.policies.celery_fixtures import aws_queue
from tests.policies.harness import GONE, STACK, Break, Fixture, Given

_AMQP: Final = "amqps://orders:secret-of-orders@mq.example.com:5671/orders"
_DATABASE: Final = (
    "db+postgresql+psycopg2://orders:secret-of-orders@db.example.com:5432/orders"
    "?sslmode=verify-full"
)
_CACHE: Final = "rediss://{user}:secret-of-{user}@cache.example.com:6379/0?ssl_cert_reqs=required"
_REDIS_URL: Final = _CACHE.format(user="thumbnails")
_REDIS_RESULTS: Final = _CACHE.format(user="thumbnails-results")


def _exported(broker_url: str, result_backend: str, settings: str) -> dict[str, Any]:
    return {
        "broker_url": Secret(broker_url),
        "result_backend": Secret(result_backend),
        "settings": settings,
    }


_ORDERS: Final = _exported(_AMQP, _DATABASE, RABBITMQ)
_THUMBNAILS: Final = _exported(_REDIS_URL, _REDIS_RESULTS, REDIS)
_PICTURES: Final = _exported(
    _CACHE.format(user="pictures"),
    _CACHE.format(user="pictures"),
    REDIS.replace("thumbnails-results:", "pictures:").replace("thumbnails:", "pictures:"),
)
_MAILS: Final = _exported("sqs://", _DATABASE.replace("orders", "mails"), SQS)


_KAFKA_URL: Final = "confluentkafka://orders:secret-of-orders@b1.example.com:9093"
_STORES: Final[dict[str, tuple[str, str, str, dict[str, Any]]]] = {
    "kafka": ("KafkaBroker", KAFKA, _DATABASE, {}),
    "mysql": (
        "MySQLResults",
        RABBITMQ,
        "db+mysql+pymysql://orders:secret-of-orders@db.example.com:3306/orders",
        {"database": "orders", "expires": HOUR},
    ),
    "memcached": (
        "MemcachedResults",
        MEMCACHED,
        "cache+memcached://cache.example.com:11211/",
        {"prefix": "orders:", "expires": HOUR},
    ),
    "mongodb": (
        "MongoDBResults",
        MONGODB,
        "mongodb://orders:secret-of-orders@docs.example.com:27017/orders?tls=true",
        {"database": "orders", "expires": HOUR},
    ),
    "elasticsearch": (
        "ElasticsearchResults",
        ELASTICSEARCH,
        "elasticsearch+https://orders:secret-of-orders@search.example.com:9200/orders",
        {"index": "orders", "expires": HOUR},
    ),
}
"""Component, settings, result_backend and the component's properties, by app."""


def _broker(name: str) -> str:
    return "kafka" if name == "kafka" else "rabbitmq"


def _part(kind: str, name: str, **props: Any) -> Given:
    return Given(f"{name}-{kind}", f"celeriac:index:{kind}", props, called=name)


_TIMES: Final = {"longestTask": 1800, "longestDelay": 1800, "prefetch": 1}
_QUEUE: Final[dict[str, Any]] = {
    "visibilityTimeout": 4 * HOUR,
    "encrypted": True,
    "deadLetterArn": "arn:aws:sqs:eu-west-1:123456789012:mails-mails-dead-letter",
    "maxReceiveCount": 5,
    "redriveAllow": [],
}

FIXTURES: Final[dict[str, Fixture]] = {
    "outputs-plain": (
        Given(
            "stack",
            STACK,
            {
                "apps": {"orders": _ORDERS, "thumbnails": _THUMBNAILS},
                "pictures": _PICTURES,
                "dashboard": "https://flower.example.com",
                "empty": {},
                "token": Secret("secret-of-flower"),
            },
        ),
    ),
    "outputs-top": (Given("stack", STACK, _THUMBNAILS),),
    "outputs-celeriac": (
        _part(
            "RabbitMQBroker",
            "orders",
            vhost="orders",
            queueType="quorum",
            delayedDelivery="quorum",
            **_TIMES,
        ),
        Given(
            "queue",
            "celeriac:rabbitmq:Queue",
            {"vhost": "orders", "name": "orders", "type": "quorum"},
            parent="orders-RabbitMQBroker",
        ),
        _part("PostgreSQLResults", "orders", database="orders", expires=HOUR, driver="psycopg2"),
        app("orders", RABBITMQ, broker="rabbitmq", backend="postgresql"),
        _part(
            "RedisBroker",
            "thumbnails",
            prefix="thumbnails:",
            visibilityTimeout=3 * HOUR,
            **_TIMES,
        ),
        _part("RedisResults", "thumbnails", prefix="thumbnails-results:", expires=HOUR),
        app("thumbnails", REDIS, broker="redis", backend="redis"),
        _part("SQSBroker", "mails", prefix="mails-", visibilityTimeout=4 * HOUR, **_TIMES),
        Given(
            "mails-mails",
            "celeriac:sqs:Queue",
            {**_QUEUE, "name": "mails-mails"},
            parent="mails-SQSBroker",
        ),
        app("mails", SQS, broker="sqs", backend="postgresql"),
        Given(
            "stack",
            STACK,
            {"apps": {"orders": _ORDERS, "thumbnails": _THUMBNAILS, "mails": _MAILS}},
        ),
    ),
    "outputs-aws": (
        _part("SQSBroker", "mails", prefix="mails-", visibilityTimeout=4 * HOUR, **_TIMES),
        *aws_queue(
            "mails-mails",
            "mails-mails",
            parent="mails-SQSBroker",
            visibilityTimeoutSeconds=4 * HOUR,
        ),
        app("mails", SQS, broker="sqs", backend="postgresql"),
        Given("stack", STACK, {"apps": {"mails": _MAILS}}),
    ),
    "outputs-stores": (
        *(
            given
            for name, (kind, settings, _, part) in _STORES.items()
            for given in (
                _part(kind, name, **part),
                app(
                    name,
                    settings,
                    broker=_broker(name),
                    backend=name if name != "kafka" else "postgresql",
                ),
            )
        ),
        Given("topic", "celeriac:kafka:Topic", {"name": "orders"}, parent="kafka-KafkaBroker"),
        Given(
            "collections",
            "celeriac:mongodb:ResultCollections",
            {"database": "orders", "expires": HOUR},
            parent="mongodb-MongoDBResults",
        ),
        Given(
            "stack",
            STACK,
            {
                "apps": {
                    name: _exported(_KAFKA_URL if name == "kafka" else _AMQP, url, settings)
                    for name, (_, settings, url, _) in _STORES.items()
                }
            },
        ),
    ),
    "outputs-one-app": (
        app("orders", RABBITMQ, broker="rabbitmq", backend="postgresql"),
        Given("stack", STACK, {"apps": {"orders": _ORDERS}, **_ORDERS}),
    ),
}

_APPS: Final = "stack/apps"
_EVERYWHERE: Final = "celery-visibility-timeout-everywhere"

_SEVERE: Final = breaks(
    "outputs-celery-settings",
    "outputs-plain",
    (
        (
            {f"{_APPS}/orders/settings": setting(OPTIONS, {})},
            "the exported app apps.orders: broker_transport_options has no confirm_publish",
            {},
        ),
        (
            {f"{_APPS}/thumbnails/settings": setting("visibility_timeout", 60)},
            f"write the highest of them in all three places ({_EVERYWHERE})",
            {},
        ),
        (
            {f"{_APPS}/thumbnails/settings": setting("task_time_limit", 36_000)},
            "(celery-visibility-timeout)",
            {},
        ),
        (
            {f"{_APPS}/thumbnails/broker_url": Secret("sqs://")},
            "(celery-sqs-limits)",
            {},
        ),
        (
            {f"{_APPS}/orders/result_backend": Secret("db+mysql://orders:p@db/orders")},
            "as in db+mysql+pymysql:// (pymysql) (celery-database-driver)",
            {},
        ),
        ({f"{_APPS}/orders/result_backend": GONE}, "(celery-result-backend)", {}),
        ({"stack/pictures/result_backend": Secret("")}, "(celery-result-backend)", {}),
        (
            {"stack/pictures/settings": setting(f"{RESULTS}/global_keyprefix", "pics:")},
            "the user pictures is used for tasks",
            {},
        ),
        (
            {"stack/pictures/result_backend": Secret("rpc://")},
            "rpc needs RabbitMQ",
            {},
        ),
        (
            {f"{_APPS}/orders/uses": {"chords": True}, f"{_APPS}/orders/result_backend": "rpc://"},
            "uses chords",
            {},
        ),
    ),
)

_TOP: Final = breaks(
    "outputs-celery-settings",
    "outputs-top",
    (
        (
            {"stack/settings": setting("task_time_limit", 36_000)},
            "the exported app: the visibility timeout is 10800 seconds",
            {},
        ),
        ({"stack/longestTask": 36_000}, "the longest task (36000)", {}),
        ({"stack/longestDelay": 36_000}, "the longest ETA or retry (36000)", {}),
        ({"stack/uses": {"largestMessage": 500_000_000}}, "(celery-message-size)", {}),
        ({"stack/result_backend": GONE}, "(celery-result-backend)", {}),
        (
            {
                "stack/uses": {"beat": False},
                "stack/result_backend": Secret("mongodb://thumbnails:p@docs.example.com/results"),
            },
            "(celery-results-cleaned-up)",
            {},
        ),
        ({"stack/broker_url": Secret("sqs://")}, "(celery-sqs-limits)", {}),
        *(
            (
                {"stack/settings": setting("worker_prefetch_multiplier", 1)},
                f"({seconds})",
                {"parameters": {name: seconds}},
            )
            for name, seconds in (("longestTask", 36_000), ("longestDelay", 36_000))
        ),
    ),
)

_ADVICE: Final = tuple(
    Break("outputs-celery-advice", fixture, {path: change}, says)
    for fixture, path, change, says in (
        (
            "outputs-plain",
            f"{_APPS}/orders/settings",
            setting("result_expires", None),
            "the exported app apps.orders: result_expires is empty or 0",
        ),
        (
            "outputs-plain",
            "stack/pictures/settings",
            setting("result_expires", GONE),
            "(celery-result-expires)",
        ),
        ("outputs-top", "stack/settings", setting("result_expires", 0), "(celery-result-expires)"),
    )
)

_MATCH: Final = breaks(
    "outputs-match-resources",
    "outputs-celeriac",
    (
        (
            {f"{_APPS}/orders/settings": setting("result_expires", 60)},
            "the exported app apps.orders: its settings differ from what was made in result_exp",
            {},
        ),
        (
            {"orders-app/settings": setting("worker_prefetch_multiplier", 2)},
            "differ from what was made in worker_prefetch_multiplier",
            {},
        ),
        (
            {f"{_APPS}/orders/broker_url": Secret(_REDIS_URL)},
            "its broker_url",
            {"times": 2},
        ),
        ({"orders-app/expires": 60}, "its result backend was made for 60", {}),
        (
            {f"{_APPS}/mails/result_backend": Secret(_REDIS_RESULTS)},
            "its result_backend is one of redis, and its results are in postgresql",
            {},
        ),
        (
            {"orders-RabbitMQBroker/vhost": "other"},
            'its broker_url leads to the vhost "orders", and "other" is its own',
            {},
        ),
        (
            {"orders-PostgreSQLResults/database": "other"},
            'its result_backend leads to the database "orders"',
            {},
        ),
        ({"thumbnails-RedisBroker/prefix": "t:"}, 'and "t:" is what was made', {}),
        ({"thumbnails-RedisResults/prefix": "r:"}, 'and "r:" is what was made', {}),
        ({"queue/name": "others"}, "no queue orders was made", {}),
        ({"mails-mails/name": "mails-others"}, "no queue mails-mails was made", {}),
        (
            {"mails-SQSBroker/prefix": "m-"},
            "was made",
            {"times": 2},
        ),
    ),
)

_MATCH_ONE: Final = (
    *(
        Break("outputs-match-resources", "outputs-one-app", {f"stack/{key}": value}, says)
        for key, value, says in (
            ("broker_url", Secret(_REDIS_URL), "the exported app: its broker_url is one of redis"),
            ("result_backend", Secret("rpc://"), "its result_backend is one of rpc"),
            ("settings", REDIS, "its settings differ from what was made in "),
        )
    ),
    Break(
        "outputs-match-resources",
        "outputs-aws",
        {
            "mails-mails/name": "mails-others",
            "mails-mails-alarm/dimensions/QueueName": "mails-others",
        },
        "no queue mails-mails was made",
    ),
)

_MATCH_STORES: Final = breaks(
    "outputs-match-resources",
    "outputs-stores",
    (
        ({"topic/name": "others"}, "no queue orders was made", {}),
        ({"mysql-MySQLResults/database": "o"}, 'leads to the database "orders"', {}),
        ({"mongodb-MongoDBResults/database": "o"}, 'leads to the database "orders"', {}),
        ({"elasticsearch-ElasticsearchResults/index": "o"}, 'leads to the index "orders"', {}),
        ({"memcached-MemcachedResults/prefix": "o:"}, 'and "o:" is what was made', {}),
    ),
)

_TTL: Final = (
    *breaks(
        "outputs-mongodb-expires",
        "outputs-stores",
        (
            ({"collections/expires": 60}, "deletes results after 60", {}),
            (
                {
                    f"{_APPS}/mysql/result_backend": Secret(_STORES["mongodb"][2]),
                    f"{_APPS}/mysql/settings": setting("result_expires", 60),
                    "mysql-app/resultBackend": "mongodb",
                },
                "its result_expires is 60 seconds",
                {"also": ["outputs-match-resources"]},
            ),
            (
                {
                    "collections/database": "other",
                    f"{_APPS}/mongodb/result_backend": Secret(
                        _STORES["mongodb"][2].replace("/orders?", "/other?")
                    ),
                    "collections/expires": 60,
                },
                "deletes results after 60",
                {"also": ["outputs-match-resources"]},
            ),
        ),
    ),
)

_UNIQUE: Final = (
    Break(
        "outputs-key-prefix-unique",
        "outputs-plain",
        {
            "stack/pictures/settings": REDIS.replace("thumbnails-results:", "t:").replace(
                '"thumbnails:"', '"t:"'
            ),
            f"{_APPS}/thumbnails/settings": setting(f"{OPTIONS}/global_keyprefix", "t:small:"),
        },
        "use the same keys",
    ),
)

_CLEAR: Final = tuple(
    Break("outputs-credentials-secret", fixture, {path: value}, says)
    for fixture, path, value, says in (
        ("outputs-plain", f"{_APPS}/orders/broker_url", _AMQP, "apps.orders.broker_url is a URL"),
        ("outputs-plain", "stack/pictures/result_backend", _REDIS_URL, "is a URL with a password"),
        ("outputs-plain", "stack/dashboard", "https://a:b@flower.example.com", "a URL with"),
        ("outputs-plain", "stack/empty", {"dbPassword": "hunter2"}, "its name (dbPassword)"),
        ("outputs-plain", "stack/token", "-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        (
            "outputs-plain",
            f"{_APPS}/orders/settings",
            setting("redis_password", "hunter2"),
            "JSON text with a value that its name (redis_password)",
        ),
        ("outputs-top", "stack/broker_url", _REDIS_URL, "the output broker_url is a URL"),
        (
            "outputs-top",
            "stack/result_backend",
            _REDIS_RESULTS,
            "the output result_backend is a URL",
        ),
        ("outputs-top", "stack/settings", setting("x", _AMQP), "a URL with a password in x"),
    )
)

BREAKS: Final[tuple[Break, ...]] = (
    *_SEVERE,
    *_TOP,
    *_ADVICE,
    *_MATCH,
    *_MATCH_ONE,
    *_MATCH_STORES,
    *_TTL,
    *_UNIQUE,
    *_CLEAR,
)

_URLS: Final = ("broker_url", "result_backend")
_TOP_KEYS: Final = (*_URLS, "settings")
_NO_APP: Final = "no app is in it"
_ANOTHERS: Final = "an app of another program, which has no resources of ours"

CONTEXT: Final[dict[tuple[str, str], str]] = {
    **{
        (rule, key): _NO_APP
        for rule in (
            "outputs-celery-settings",
            "outputs-celery-advice",
            "outputs-match-resources",
            "outputs-mongodb-expires",
            "outputs-key-prefix-unique",
        )
        for key in ("dashboard", "empty", "token")
    },
    ("outputs-match-resources", "pictures"): _ANOTHERS,
    ("outputs-mongodb-expires", "pictures"): "its results are on Redis",
    **{("outputs-mongodb-expires", key): "its results are on Redis" for key in _TOP_KEYS},
    **{("outputs-celery-advice", key): "which backends there are" for key in _URLS},
    **{("outputs-key-prefix-unique", key): "an app alone has its Redis" for key in _TOP_KEYS},
}

BY_PRESENCE: Final[dict[str, set[str]]] = {
    "outputs-match-resources": {"celeriac:index:KafkaBroker"},
    **{
        f"outputs-{rule}": {"celeriac:index:CeleryApp"}
        for rule in ("celery-settings", "celery-advice", "key-prefix-unique", "mongodb-expires")
    },
}
