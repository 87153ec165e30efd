"""Rules on what Celery is told and what it needs: timeouts, queues, results."""

from __future__ import annotations

from typing import Final

from celeriac_policies.celery import (
    limits,
    rabbitmq_policies,
    rabbitmq_queues,
    redis,
    results,
    sqs_queues,
    timeouts,
)
from celeriac_policies.celery.app_rule import AppRule
from celeriac_policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    timeouts.above_the_longest_task,
    timeouts.the_same_everywhere,
    timeouts.a_brokers_is_above_it,
    sqs_queues.a_queues_timeout,
    sqs_queues.as_the_broker_says,
    sqs_queues.takes_the_largest,
    sqs_queues.takes_the_declared,
    rabbitmq_policies.above_the_longest_task,
    rabbitmq_policies.above_the_apps_longest,
    rabbitmq_policies.has_dead_letters,
    rabbitmq_policies.rejects_when_full,
    rabbitmq_queues.one_type,
    rabbitmq_queues.types_agree,
    rabbitmq_queues.confirms,
    rabbitmq_queues.no_priority_argument,
    rabbitmq_queues.no_priority,
    redis.no_eviction,
    redis.has_a_prefix,
    redis.prefix_is_fine,
    redis.one_prefix_for_one_user,
    redis.prefixes_are_apart,
    results.keeps_or_ignores,
    results.rpc_is_enough,
    results.results_expire,
    results.somebody_cleans_up,
    results.beat_is_declared,
    results.results_stay,
    results.no_delete_phase,
    results.driver_is_named,
    limits.sqs_can_do_it,
    limits.kafka_can_do_it,
    limits.fits,
)

APP_RULES: Final[tuple[AppRule, ...]] = tuple(rule for rule in RULES if isinstance(rule, AppRule))
"""The rules on what an app tells Celery, wherever it is written."""
