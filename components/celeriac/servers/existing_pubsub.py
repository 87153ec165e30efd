"""Google Cloud Pub/Sub on platform `existing`: a project, or an emulator for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.contract.pubsub import EMULATOR_VARIABLE
from celeriac.resources import Provider
from celeriac.servers.references import Text, password_properties

if TYPE_CHECKING:
    from collections.abc import Mapping


class PubSubProject(pulumi.ComponentResource):
    """A project on Google Cloud whose Pub/Sub is used.

    Who an app is on Google Cloud is not decided here: its client finds its credentials where it
    runs, and so does the proof where `up` runs. docs/pubsub.md has the roles that each needs.

    Args:
        name: the component's name.
        project: the project's id.
        credentials: the administrator's: the JSON key of a service account, or a `Reference` that
            the provider resolves and never stores. Default: application default credentials.
        emulator: `host:port` of an emulator, which keeps all in memory and asks nobody who he is.
        timeout: seconds that one operation may wait for an answer. Default: the provider's.
        owner: tells apart teams whose backends give them equal organization, project and stack.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        project: str,
        credentials: Text | None = None,
        emulator: str | None = None,
        timeout: float | None = None,
        owner: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        props: dict[str, Any] = {"project": project, "emulator": emulator}
        super().__init__("celeriac:index:PubSubProject", name, props, opts)
        self.project_id, self.emulator_at = project, emulator
        self.provider = Provider(
            name,
            endpoint=f"pubsub+emulator://{emulator}" if emulator else None,
            timeout=timeout,
            organization=pulumi.get_organization(),
            owner=owner,
            **password_properties(credentials),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"project": project})

    @property
    def env(self) -> Mapping[str, str]:
        """What an app's process must have in its environment: no setting carries it."""
        return {EMULATOR_VARIABLE: self.emulator_at} if self.emulator_at else {}
