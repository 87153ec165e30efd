"""An app's outputs as a secret in AWS Secrets Manager, which a task definition reads by itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import secretsmanager

from celeriac.servers.names import physical_name, tags_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST = 65_536
"""Bytes of a secret:
https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html."""
RECOVERY_DAYS = 30
"""Days that a deleted secret can be restored: as many as there may be."""
CA = "CELERY_CA"
"""The key of the CA's PEM; only where the servers need one."""


@dataclass(frozen=True, kw_only=True)
class SettingsSecret:
    """Where and how secrets are kept.

    A secret is a JSON object of environment variables: `CELERY_BROKER_URL`,
    `CELERY_RESULT_BACKEND`, `CELERY_SETTINGS`, and `CELERY_CA` where there is a CA. In a task
    definition of ECS `ARN:CELERY_BROKER_URL::` is one of them.
    """

    kms_key: str | None = None
    """Id, ARN or alias of the customer's key that encrypts them. Default: AWS's own."""
    recovery_days: int = RECOVERY_DAYS
    """Days that a deleted secret can be restored: 7 to 30, or 0 for none."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags beside those that say whose they are."""
    provider: pulumi.ProviderResource | None = None
    """The AWS provider that makes them. Default: the one in force."""

    def keep(
        self,
        app: str,
        *,
        env: pulumi.Output[Mapping[str, str]],
        ca: pulumi.Output[str] | None,
        parent: pulumi.Resource,
        after: Sequence[pulumi.Resource],
    ) -> pulumi.Output[str]:
        """Make the secret of an app.

        Args:
            app: the app's name.
            env: its environment variables.
            ca: PEM of its servers' CAs, where there are any.
            parent: the component it belongs to.
            after: what has to be there before: the proof, so that apps only read what works.

        Returns:
            Its ARN.
        """
        options = pulumi.ResourceOptions(parent=parent, provider=self.provider)
        secret = secretsmanager.Secret(
            f"{app}-settings",
            # Not the whole name: a deleted secret keeps it until it can no longer be restored.
            name_prefix=f"{physical_name(app, longest=100)}-",
            description=f"What Celery must be told in {app}: environment variables",
            kms_key_id=self.kms_key,
            recovery_window_in_days=self.recovery_days,
            tags=tags_of(self.tags, app=app),
            opts=options,
        )
        text = pulumi.Output.all(env, ca).apply(lambda known: _written(app, *known))
        secretsmanager.SecretVersion(
            f"{app}-settings-version",
            secret_id=secret.id,
            secret_string=text,
            opts=pulumi.ResourceOptions.merge(
                options, pulumi.ResourceOptions(depends_on=list(after))
            ),
        )
        arn: pulumi.Output[str] = secret.arn
        return arn


def _written(app: str, env: Mapping[str, str], ca: str | None) -> str:
    text = json.dumps({**env, **({} if ca is None else {CA: ca})}, sort_keys=True)
    size = len(text.encode())
    if size > LARGEST:
        raise pulumi.RunError(
            f"the settings of {app} are {size} bytes, and a secret in Secrets Manager has at most "
            f"{LARGEST}: give a smaller ca (that of the region), name fewer queues, or write "
            f"settingsSecret: off"
        )
    return text
