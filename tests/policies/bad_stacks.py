"""What the pack says of each program in `stacks/`: rule, and name of the resource."""

from __future__ import annotations

from typing import Final

MANDATORY: Final[dict[str, frozenset[tuple[str, str]]]] = {
    "aws_open_cache": frozenset(
        {
            ("aws-elasticache-encrypted", "cache"),
            ("aws-elasticache-no-cluster-mode", "cache"),
            ("aws-elasticache-no-eviction", "cache"),
            ("aws-elasticache-password", "cache"),
            ("aws-elasticache-tls", "cache"),
            ("aws-elasticache-user-password", "app"),
            ("aws-elasticache-user-rights", "app"),
        }
    ),
    "aws_open_queue": frozenset(
        {
            ("aws-iam-no-wildcard-actions", "worker"),
            ("aws-sqs-encrypted", "orders"),
            ("aws-sqs-encrypted", "orders-dead"),
            ("aws-sqs-not-public", "orders"),
        }
    ),
    "aws_public_broker": frozenset(
        {
            ("aws-mq-private", "broker"),
            ("aws-mq-rabbitmq", "broker"),
            ("aws-security-group-not-open", "broker"),
        }
    ),
    "aws_public_database": frozenset(
        {
            ("aws-rds-backups", "results"),
            ("aws-rds-encrypted", "results"),
            ("aws-rds-private", "results"),
        }
    ),
    "celeriac_rabbitmq": frozenset(
        {
            ("rabbitmq-dead-letters", "queues"),
            ("rabbitmq-no-administrator", "app"),
            ("rabbitmq-permissions-own", "app"),
        }
    ),
    "celeriac_redis": frozenset(
        {
            ("redis-acl-keys-own", "app"),
            ("redis-acl-no-dangerous-commands", "app"),
            ("redis-no-eviction", "eviction"),
            ("redis-password", "cache"),
            ("redis-tls-only", "cache"),
        }
    ),
    "docker_rabbitmq": frozenset(
        {
            ("docker-data-volume", "rabbitmq"),
            ("docker-no-default-password", "postgres"),
            ("docker-no-default-password", "rabbitmq"),
            ("docker-ports-tls", "rabbitmq"),
            ("rabbitmq-no-guest", "rabbitmq"),
        }
    ),
    "docker_redis": frozenset(
        {
            ("docker-data-volume", "redis"),
            ("docker-password-required", "redis"),
            ("docker-ports-tls", "redis"),
            ("docker-redis-persistence", "redis"),
        }
    ),
    "exported_settings": frozenset(
        {
            ("outputs-celery-settings", "of-exported_settings-test"),
            ("outputs-credentials-secret", "of-exported_settings-test"),
        }
    ),
    "plain_aws": frozenset(
        {
            ("aws-elasticache-no-eviction", "cache"),
            ("aws-sqs-dead-letters", "orders"),
        }
    ),
    "plain_postgresql": frozenset(
        {
            ("postgresql-no-superuser", "app"),
            ("postgresql-public-revoked", "results"),
            ("postgresql-tls-only", "db"),
            ("server-no-default-password", "app"),
        }
    ),
    "plain_rabbitmq": frozenset(
        {
            ("rabbitmq-no-administrator", "guest"),
            ("rabbitmq-no-guest", "guest"),
            ("rabbitmq-no-guest", "mq"),
            ("rabbitmq-no-guest", "orders"),
            ("rabbitmq-no-max-priority", "orders"),
            ("rabbitmq-permissions-own", "orders"),
            ("rabbitmq-tls-only", "mq"),
            ("server-no-default-password", "guest"),
            ("server-no-default-password", "mq"),
        }
    ),
    "remediable": frozenset(
        {
            ("aws-elasticache-no-eviction", "cache"),
            ("aws-sqs-encrypted", "orders"),
        }
    ),
    "rpc_chords": frozenset(
        {
            ("celery-confirm-publish", "orders"),
            ("celery-no-max-priority", "orders"),
            ("celery-results-over-rpc", "orders"),
        }
    ),
}
"""What fails the preview at the level `standard`."""

ADVICE: Final[dict[str, frozenset[tuple[str, str]]]] = {
    "aws_open_cache": frozenset(
        {
            ("aws-elasticache-backups", "cache"),
            ("aws-elasticache-failover", "cache"),
            ("aws-elasticache-final-snapshot", "cache"),
            ("aws-elasticache-logs", "cache"),
            ("aws-elasticache-own-key", "cache"),
            ("aws-elasticache-protected", "cache"),
            ("aws-elasticache-user-keys", "app"),
        }
    ),
    "aws_open_queue": frozenset(
        {
            ("aws-iam-no-wildcard-resources", "worker"),
            ("aws-sqs-alarms", "orders"),
            ("aws-sqs-alarms", "orders-dead"),
            ("aws-sqs-no-wildcard-actions", "orders"),
            ("aws-sqs-own-key", "orders"),
            ("aws-sqs-own-key", "orders-dead"),
            ("aws-sqs-policy", "orders"),
            ("aws-sqs-policy", "orders-dead"),
            ("aws-sqs-protected", "orders"),
            ("aws-sqs-protected", "orders-dead"),
            ("aws-sqs-redrive-allow-present", "orders-dead"),
            ("aws-sqs-tls-only", "orders"),
        }
    ),
    "aws_public_broker": frozenset(
        {
            ("aws-mq-logs", "broker"),
            ("aws-mq-minor-upgrades", "broker"),
            ("aws-mq-own-key", "broker"),
            ("aws-mq-protected", "broker"),
        }
    ),
    "aws_public_database": frozenset(
        {
            ("aws-rds-deletion-protection", "results"),
            ("aws-rds-enhanced-monitoring", "results"),
            ("aws-rds-final-snapshot", "results"),
            ("aws-rds-logs", "results"),
            ("aws-rds-multi-az", "results"),
            ("aws-rds-own-key", "results"),
            ("aws-rds-performance-insights", "results"),
        }
    ),
    "celeriac_rabbitmq": frozenset(),
    "celeriac_redis": frozenset(
        {
            ("redis-acl-channels-own", "app"),
        }
    ),
    "docker_rabbitmq": frozenset(
        {
            ("docker-health-check", "postgres"),
            ("docker-health-check", "rabbitmq"),
            ("docker-image-digest", "postgres"),
            ("docker-image-pinned", "rabbitmq"),
            ("docker-log-limit", "postgres"),
            ("docker-log-limit", "rabbitmq"),
            ("docker-memory-limit", "rabbitmq"),
            ("docker-restart-policy", "postgres"),
            ("docker-restart-policy", "rabbitmq"),
        }
    ),
    "docker_redis": frozenset(
        {
            ("docker-health-check", "redis"),
            ("docker-image-pinned", "redis"),
            ("docker-log-limit", "redis"),
            ("docker-memory-limit", "redis"),
            ("docker-restart-policy", "redis"),
        }
    ),
    "exported_settings": frozenset(
        {
            ("outputs-celery-advice", "of-exported_settings-test"),
        }
    ),
    "plain_aws": frozenset(
        {
            ("aws-sqs-alarms", "orders"),
            ("aws-sqs-own-key", "orders"),
            ("aws-sqs-policy", "orders"),
            ("aws-sqs-protected", "orders"),
        }
    ),
    "plain_postgresql": frozenset(
        {
            ("postgresql-connection-limit", "app"),
            ("postgresql-connection-limit", "results"),
            ("postgresql-no-grant-all", "app"),
        }
    ),
    "plain_rabbitmq": frozenset(),
    "remediable": frozenset(
        {
            ("aws-sqs-alarms", "orders"),
            ("aws-sqs-own-key", "orders"),
            ("aws-sqs-policy", "orders"),
            ("aws-sqs-protected", "orders"),
        }
    ),
    "rpc_chords": frozenset(
        {
            ("celery-result-expires", "orders"),
        }
    ),
}
"""What is shown besides."""
