"""Breaks of the rules on Redis, results and what a broker can do."""

from __future__ import annotations

from typing import Final

from tests.policies.celery_apps import HOUR, OPTIONS, RESULTS, app_break, setting
from tests.policies.harness import GONE, Break

_DJANGO: Final = ("celery-django-db", "celery-django-cache")
"""Fixtures whose results go through Django: `django: orm` and `django: cache` of a stack file."""

_ON_REDIS: Final[tuple[Break, ...]] = (
    *(
        Break(
            "redis-no-eviction",
            "celery-redis",
            {"eviction/settings/maxmemory-policy": policy},
            f"maxmemory-policy is {policy}",
        )
        for policy in ("allkeys-lru", "volatile-ttl")
    ),
    *(
        app_break("celery-key-prefix", "celery-redis", {"settings": change}, says)
        for change, says in (
            (setting(f"{OPTIONS}/global_keyprefix", GONE), "broker_transport_options has no"),
            (setting(f"{RESULTS}/global_keyprefix", ""), "result_backend_transport_options has"),
            (setting(f"{OPTIONS}/global_keyprefix", "thumbnails_"), 'does not end in ":"'),
        )
    ),
    *(
        Break("redis-key-prefix", "celery-redis", {f"{name}/prefix": prefix}, "the prefix")
        for name in ("broker", "results", "keys")
        for prefix in ("thumbnails-only", "a b:")
    ),
    Break(
        "celery-key-prefix-of-one-user",
        "celery-redis",
        {"thumbnails-proof/resultBackend": "rediss://thumbnails:p@cache.example.com:6379/0"},
        "the user thumbnails is used for tasks",
    ),
    Break(
        "celery-key-prefix-of-one-user",
        "celery-redis",
        {"thumbnails-proof/brokerUrl": "rediss://thumbnails-results:p@cache.example.com:6379/0"},
        "write the same in both",
    ),
    Break(
        "celery-key-prefix-of-one-user",
        "celery-redis-one-user",
        {"thumbnails-proof/settings": setting(f"{RESULTS}/global_keyprefix", "other:")},
        "the key prefix thumbnails: and for results with other:",
    ),
    Break(
        "celery-key-prefix-of-one-user",
        "celery-redis-socket",
        {
            "thumbnails-proof/resultBackend": "redis+socket://thumbnails:p@/run/redis.sock"
            "?virtual_host=0"
        },
        "write the same in both",
    ),
    *(
        Break("redis-key-prefix-unique", "celery-redis", change, "the same keys on one Redis")
        for change in (
            {"keys/prefix": "thumbnails-results:"},
            {"same-keys-elsewhere/database": 0},
        )
    ),
)

_ON_RESULTS: Final[tuple[Break, ...]] = (
    app_break("celery-result-backend", "celery-rabbitmq", {"resultBackend": GONE}, "or hangs"),
    app_break("celery-result-backend", "celery-rabbitmq", {"resultBackend": ""}, "or hangs"),
    *(
        app_break(
            "celery-result-backend",
            fixture,
            {
                "uses": {"beat": True, "chords": True},
                "settings": setting("task_ignore_result", value=True),
            },
            "would never run",
        )
        for fixture in ("celery-rabbitmq", *_DJANGO)
    ),
    app_break(
        "celery-results-over-rpc",
        "celery-rpc",
        {"uses": {"beat": True, "chords": True}},
        "uses chords",
    ),
    app_break(
        "celery-results-over-rpc",
        "celery-rpc",
        {"uses": {"beat": True, "sharedResults": True}},
        "read once",
    ),
    app_break(
        "celery-results-over-rpc",
        "celery-rpc",
        {"broker": "kafka"},
        "rpc needs RabbitMQ",
        also=["celery-kafka-limits"],
    ),
    app_break(
        "celery-results-over-rpc",
        "celery-rabbitmq",
        {"resultBackend": "rpc", "uses": {"beat": True, "chords": True}},
        "uses chords",
    ),
    *(
        app_break(
            "celery-result-expires", fixture, {"settings": setting("result_expires", value)}, said
        )
        for fixture in ("celery-rabbitmq", "celery-redis", "celery-rpc", *_DJANGO)
        for value, said in ((GONE, "is not set"), (None, "kept for ever"), (0, "kept for ever"))
    ),
    *(
        app_break("celery-results-cleaned-up", fixture, change, "does not run beat")
        for fixture, change in (
            ("celery-rabbitmq", {"uses": {"beat": False}}),
            ("celery-sqs", {"uses": {"beat": False}}),
            ("celery-django-db", {"uses": {"beat": False}}),
            (
                "celery-never",
                {"uses": {"beat": False}, "settings": setting("result_expires", HOUR)},
            ),
        )
    ),
    *(
        Break("celery-results-no-lifecycle", "celery-elasticsearch", change, "has a delete phase")
        for change in (
            {"old/delete": {"minAge": "2d", "delete": {}}},
            {"new/name": "celery", "new/delete": {"minAge": "2d", "delete": {}}},
            {"logs/name": "celery"},
        )
    ),
    Break(
        "celery-results-no-lifecycle",
        "celery-elasticsearch",
        {"logs/delete": {"minAge": "1d", "delete": {}}},
        "the lifecycle logs has a delete phase",
        parameters={"lifecycles": ["logs"]},
    ),
    *(
        Break(
            "celery-database-driver",
            "celery-rabbitmq",
            {"orders-proof/resultBackend": f"db+{scheme}://orders:p@db.example.com/orders"},
            f"name it, as in db+{scheme}+{driver}://",
        )
        for scheme, driver in (("postgresql", "psycopg2"), ("mysql", "pymysql"))
    ),
    Break(
        "celery-database-driver",
        "celery-rabbitmq",
        {
            "orders-proof/resultBackend": GONE,
            "orders-proof/settings": setting("result_backend", "db+mysql://orders:p@db/orders"),
        },
        "name it",
    ),
)

_late = setting("task_acks_late", value=True)

_LIMITED: Final[tuple[Break, ...]] = (
    *(
        app_break("celery-sqs-limits", "celery-sqs", change, says)
        for change, says in (
            ({"uses": {"beat": True, "priorities": 3}}, "uses priorities"),
            ({"uses": {"beat": True, "remoteControl": True}}, "celery inspect"),
            ({"uses": {"beat": True, "events": True}}, "Flower"),
            ({"settings": setting("task_queue_max_priority", 3)}, "has no priorities"),
            ({"settings": setting("worker_enable_remote_control", GONE)}, "reaches no worker"),
            ({"settings": setting("worker_send_task_events", value=True)}, "listen to events"),
            ({"settings": setting("task_send_sent_event", value=True)}, "listen to events"),
        )
    ),
    app_break(
        "celery-sqs-limits",
        "celery-redis",
        {"broker": "sqs", "settings": setting("worker_send_task_events", value=False)},
        "reaches no worker",
    ),
    *(
        app_break("celery-kafka-limits", "celery-kafka", change, says)
        for change, says in (
            ({"uses": {"beat": True, "priorities": 3}}, "uses priorities, which Kafka"),
            ({"uses": {"beat": True, "remoteControl": True}}, "celery inspect"),
            ({"uses": {"beat": True, "events": True}}, "Flower"),
            ({"settings": setting("task_queue_max_priority", 3)}, "Kafka has no priorities"),
            ({"settings": setting("worker_enable_remote_control", GONE)}, "reaches no worker"),
            ({"settings": setting("worker_send_task_events", value=True)}, "events on Kafka"),
            ({"settings": setting("task_send_sent_event", value=True)}, "events on Kafka"),
            ({"longestTask": 36_000}, "a worker may be busy for"),
            ({"longestDelay": 36_000}, "a worker may be busy for"),
            ({"settings": setting("task_time_limit", 36_000)}, "a worker may be busy for"),
            (
                {"settings": setting("task_annotations", {"*": {"retry_backoff_max": 36_000}})},
                "a worker may be busy for",
            ),
            ({"settings": setting("worker_prefetch_multiplier", 10)}, "a worker may be busy for"),
            (
                {"settings": setting(f"{OPTIONS}/kafka_consumer_config", {})},
                "max.poll.interval.ms is 300000",
            ),
        )
    ),
    app_break(
        "celery-kafka-limits",
        "celery-kafka",
        {"settings": lambda text: _late(setting("worker_concurrency", 2)(text))},
        "task_acks_late is on and worker_concurrency not 1",
    ),
    app_break(
        "celery-message-size",
        "celery-rabbitmq-memcached",
        {"uses": {"beat": False, "largestMessage": 2_000_000}},
        "drops a result of more than 1048576",
    ),
    app_break(
        "celery-message-size",
        "celery-rabbitmq-memcached",
        {"uses": {"beat": False, "largestMessage": 2000}},
        "drops a result of more than 1000",
        parameters={"memcachedMaxItemSize": 1000},
    ),
    app_break(
        "celery-results-volatile",
        "celery-rabbitmq-memcached",
        {"uses": {"beat": False, "chords": True}},
        "forgets them at a restart",
    ),
    app_break("celery-results-beat-declared", "celery-rabbitmq", {"uses": {}}, "does not say"),
    app_break("celery-results-beat-declared", "celery-mysql", {"uses": {}}, "write uses"),
    app_break("celery-results-beat-declared", "celery-django-db", {"uses": {}}, "write uses"),
    *(
        app_break(
            "celery-message-size",
            fixture,
            {"uses": {"beat": True, "largestMessage": 20_000_000}},
            "at most 16777216",
        )
        for fixture in _DJANGO
    ),
    app_break(
        "celery-results-beat-declared",
        "celery-rabbitmq-memcached",
        {"resultBackend": "postgresql", "uses": {}},
        "does not say",
    ),
    app_break(
        "celery-results-beat-declared",
        "celery-never-made",
        {"expires": 3600},
        "does not say",
    ),
    app_break(
        "celery-message-size",
        "celery-rabbitmq",
        {"uses": {"beat": True, "largestMessage": 20_000_000}},
        "at most 16777216",
    ),
    app_break(
        "celery-message-size",
        "celery-rabbitmq",
        {"uses": {"beat": True, "largestMessage": 2000}},
        "at most 1000",
        parameters={"rabbitmqMaxMessageSize": 1000},
    ),
    app_break(
        "celery-message-size",
        "celery-redis",
        {"uses": {"beat": True, "largestMessage": 500_000_000}},
        "at most 402653184",
    ),
    app_break(
        "celery-message-size",
        "celery-sqs",
        {"uses": {"beat": True, "largestMessage": 600_000}},
        "makes 1066667 on SQS",
        also=["celery-sqs-queue-message-size"],
    ),
    app_break(
        "celery-message-size",
        "celery-kafka",
        {"uses": {"beat": True, "largestMessage": 800_000}},
        "at most 750000",
    ),
    app_break(
        "celery-message-size",
        "celery-mysql",
        {"uses": {"beat": True, "largestMessage": 70_000}},
        "in a BLOB",
    ),
)

BREAKS: Final[tuple[Break, ...]] = (*_ON_REDIS, *_ON_RESULTS, *_LIMITED)
"""All of them."""
