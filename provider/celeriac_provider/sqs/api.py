"""SQS in the surroundings of one call: what a queue needs of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from celeriac_provider.engine.errors import Lost
from celeriac_provider.sqs.answers import DeletedRecently, Exists, Missing
from celeriac_provider.sqs.client import Sqs

if TYPE_CHECKING:
    from celeriac_provider.engine.context import Context

_NAME_KEPT: Final = 75.0
"""Seconds to wait for the name of a deleted queue: SQS keeps it for 60, and some."""


@dataclass(frozen=True)
class Api:
    """Calls about queues."""

    sqs: Sqs
    ctx: Context

    @classmethod
    def of(cls, ctx: Context) -> Self:
        """SQS as the provider is configured."""
        return cls(ctx.client(Sqs), ctx)

    def url(self, name: str) -> str | None:
        """A queue's URL, or None when there is none of this name."""
        doing = f"look for the queue {name!r}"
        try:
            return str(self.sqs.call(self.ctx, "get_queue_url", doing, QueueName=name)["QueueUrl"])
        except Missing:
            return None

    def attributes(self, name: str, url: str) -> dict[str, str]:
        """All attributes."""
        doing = f"read the queue {name!r}"
        found = self.sqs.call(
            self.ctx, "get_queue_attributes", doing, QueueUrl=url, AttributeNames=["All"]
        )
        return dict(found.get("Attributes", {}))

    def tags(self, name: str, url: str) -> dict[str, str]:
        """All tags."""
        doing = f"read the tags of the queue {name!r}"
        return dict(self.sqs.call(self.ctx, "list_queue_tags", doing, QueueUrl=url).get("Tags", {}))

    def create(self, name: str, attributes: Mapping[str, str], tags: Mapping[str, str]) -> str:
        """Make a queue in one step, with its tags; its URL.

        Raises:
            Lost: there is one of this name meanwhile.
        """

        def attempt() -> str:
            made = self.sqs.call(
                self.ctx,
                "create_queue",
                f"create the queue {name!r}",
                QueueName=name,
                Attributes=dict(attributes),
                tags=dict(tags),
            )
            return str(made["QueueUrl"])

        try:
            try:
                return attempt()
            except DeletedRecently:
                self.ctx.warn(
                    f"a queue {name!r} was deleted less than 60 seconds ago, and SQS keeps its "
                    f"name as long: waiting"
                )
            longer = replace(self.ctx, timeout=max(self.ctx.timeout, _NAME_KEPT))
            return longer.wait_for(attempt, transient=(DeletedRecently,), what="the queue's name")
        except DeletedRecently:
            raise Lost(
                f"{self.sqs.where} still keeps the name of the queue {name!r} that was deleted: "
                f"run it again in a minute, or look at `endpoint`"
            ) from None
        except Exists:
            raise Lost(
                f"a queue {name!r} came into being at {self.sqs.where} meanwhile: look there, or at"
                f" `endpoint`"
            ) from None

    def set_attributes(self, name: str, url: str, attributes: Mapping[str, str]) -> None:
        """Change some attributes."""
        doing = f"change {', '.join(attributes)} of the queue {name!r}"
        self.sqs.call(
            self.ctx, "set_queue_attributes", doing, QueueUrl=url, Attributes=dict(attributes)
        )

    def tag(self, name: str, url: str, tags: Mapping[str, str]) -> None:
        """Add tags, or change them."""
        doing = f"tag the queue {name!r}"
        self.sqs.call(self.ctx, "tag_queue", doing, QueueUrl=url, Tags=dict(tags))

    def untag(self, name: str, url: str, keys: Iterable[str]) -> None:
        """Remove tags."""
        doing = f"remove tags of the queue {name!r}"
        self.sqs.call(self.ctx, "untag_queue", doing, QueueUrl=url, TagKeys=list(keys))

    def delete(self, name: str, url: str) -> None:
        """Delete a queue, or find it gone."""
        try:
            self.sqs.call(self.ctx, "delete_queue", f"delete the queue {name!r}", QueueUrl=url)
        except Missing:
            return
