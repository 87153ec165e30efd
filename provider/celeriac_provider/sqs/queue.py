"""Queues."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, Lost, Mistake, PartlyCreated, Unreachable
from celeriac_provider.engine.properties import Problem, output, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.engine.values import contains_unknown
from celeriac_provider.sqs import attributes, documents, marked, messages, names, settled
from celeriac_provider.sqs.answers import Missing
from celeriac_provider.sqs.api import Api


class Queue(Resource):
    """A queue on SQS; a FIFO queue where its name ends in `.fifo`.

    All of it is managed: a property that is not given has the default below, whatever somebody sets
    by hand. A server with SQS's interface may lack some of it: what was asked for and is not kept
    is refused with a sentence; of a mere limit, or of encryption at rest, it is a warning.
    """

    token = "sqs:Queue"  # noqa: S105 - a type token
    identity = ("name",)

    name: str = prop(
        "The queue's name: letters, digits, - and _, at most 80; `.fifo` at its end makes it a "
        "FIFO queue.",
        replaces=True,
        check=names.name,
    )
    visibility_timeout: int = prop(
        "For how many seconds a message that a worker has received is hidden from others: longer "
        "than the longest task and the longest countdown. kombu's own default is 1800.",
        default=1800,
        check=names.between(0, 43_200, "seconds"),
    )
    delay: int = prop(
        "For how many seconds a new message is hidden.",
        default=0,
        check=names.between(0, 900, "seconds"),
    )
    max_message_size: int = prop(
        "The longest message, in bytes.",
        default=1_048_576,
        check=names.between(1_024, 1_048_576, "bytes"),
    )
    retention: int = prop(
        "For how many seconds a message is kept that nobody deletes.",
        default=345_600,
        check=names.between(60, 1_209_600, "seconds"),
    )
    wait_time: int = prop(
        "For how many seconds a request waits for a message (long polling); kombu says its own in "
        "each request.",
        default=20,
        check=names.between(0, 20, "seconds"),
    )
    encrypted: bool = prop(
        "Encrypt messages at rest: with `kmsKey`, or with keys that SQS manages.", default=True
    )
    kms_key: str = prop(
        "The KMS key to encrypt with: its id, ARN or alias (`alias/orders`). Empty: keys that SQS "
        "manages.",
        default="",
    )
    kms_reuse: int = prop(
        "For how many seconds SQS uses a data key again before it asks KMS for another.",
        default=300,
        check=names.between(60, 86_400, "seconds"),
    )
    dead_letter_arn: str = prop(
        "ARN of the queue that a message goes to when it was received `maxReceiveCount` times; of "
        "the same kind, FIFO or not. Empty: it stays.",
        default="",
        check=names.arn,
    )
    max_receive_count: int = prop(
        "How many times a message is received before it goes to the dead-letter queue; 0 without "
        "one.",
        default=0,
        check=names.between(0, 1_000, "times"),
    )
    redrive_allow: list[str] = prop(
        "ARNs of the queues that may use this one as their dead-letter queue: at most 10, or `*` "
        "for all of the account; none when empty.",
        default=[names.EVERYBODY],
        unordered=True,
        check=names.sources,
    )
    policy: str = prop(
        "The queue's own policy, JSON. Empty: none, and only policies of users and roles count.",
        default="",
        check=documents.policy_problem,
    )
    content_based_deduplication: bool = prop(
        "On a FIFO queue: take a message with the body of one sent within 5 minutes for the same. "
        "kombu gives each message an id of its own instead.",
        default=False,
    )
    tags: dict[str, str] = prop("Tags of the queue.", default={}, check=names.tags)
    force_destroy: bool = prop(
        "Delete the queue although messages are in it.", default=False, local=True
    )
    url: str | None = output("The queue's URL, for Celery's `predefined_queues`.")
    arn: str | None = output("The queue's ARN.")

    @property
    def fifo(self) -> bool:
        """Whether it is a FIFO queue."""
        return self.name.endswith(names.FIFO)

    def problems(self) -> Iterable[Problem]:
        """What SQS would refuse, or take and not do."""
        what = f"the Queue {self.name!r}"
        if self.kms_key and not self.encrypted:
            yield Problem("kmsKey", f"kmsKey of {what} encrypts it: leave encrypted: false out")
        if self.dead_letter_arn and not self.max_receive_count:
            yield Problem(
                "maxReceiveCount",
                f"maxReceiveCount of {what} is missing: say after how many receipts a message goes "
                f"to deadLetterArn, from 1 to 1,000",
            )
        if self.max_receive_count and not self.dead_letter_arn:
            yield Problem(
                "deadLetterArn",
                f"deadLetterArn of {what} is missing: maxReceiveCount needs a queue to move "
                f"messages to; give its ARN, or leave maxReceiveCount out",
            )
        if self.dead_letter_arn and self.dead_letter_arn.endswith(names.FIFO) != self.fifo:
            kind = "a FIFO queue" if self.fifo else "no FIFO queue"
            yield Problem(
                "deadLetterArn",
                f"deadLetterArn ({self.dead_letter_arn!r}) of {what} must be {kind} as well: SQS "
                f"moves messages between queues of one kind only",
            )
        if self.content_based_deduplication and not self.fifo:
            yield Problem(
                "contentBasedDeduplication",
                f"contentBasedDeduplication of {what} is for FIFO queues: leave it out, or end the "
                f"name in .fifo",
            )

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A policy in the one spelling of what it means; sources in order."""
        changed = dict(values)
        if isinstance(values.get("policy"), str):
            changed["policy"] = documents.policy(values["policy"])
        if not contains_unknown(values.get("redriveAllow")):
            changed["redriveAllow"] = sorted(set(values["redriveAllow"]))
        return changed

    @classmethod
    def parse(cls, id_: str) -> dict[str, str]:
        """The name, which may be given as the queue's URL."""
        if "://" not in id_:
            return {"name": id_}
        return {"name": names.from_url(id_), "url": id_}

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The queue with its tags; of what the server does not show, what was written."""
        api, name = Api.of(ctx), key["name"]
        if names.name(name) is not None:
            return None
        url = api.url(name)
        if url is None:
            return None
        if not names.same_queue(url, key.get("url", url)):
            raise Mistake(
                f"the queue {name!r} is {url} for the provider, and not {key['url']}: look at the "
                f"provider's region, endpoint and account"
            )
        try:
            found, tagged = api.attributes(name, url), api.tags(name, url)
        except Missing:
            return None
        tags, mark = marked.split(tagged)
        values = attributes.properties(found)
        if prior is not None:
            values = {n: getattr(prior, n) for n in attributes.PROPERTIES.values()} | values
        return cls(name=name, tags=tags, mark=mark, url=url, arn=found.get("QueueArn"), **values)

    def create(self, ctx: Context) -> Self:
        """One call makes the queue with its attributes and its mark."""
        api = Api.of(ctx)
        url = api.create(self.name, attributes.first(self), marked.with_mark(self.tags, self.mark))
        try:
            return self._settled(api, url, new=True)
        except Lost:
            raise
        except CeleriacError as error:
            raise PartlyCreated(str(error), dataclasses.replace(self, url=url)) from None

    def update(self, old: Self, ctx: Context) -> Self:
        """The tags with the mark first, then the attributes that differ."""
        del old
        api = Api.of(ctx)
        url = api.url(self.name)
        try:
            if url is not None:
                self._tag(api, url)
                changes = self._changes(api.attributes(self.name, url))
                if changes:
                    api.set_attributes(self.name, url, changes)
                return self._settled(api, url, new=False)
        except Missing:
            pass  # a queue that was deleted is still found for a moment
        raise Lost(
            f"the queue {self.name!r} went away from {api.sqs.where} meanwhile: look there, or at "
            f"`endpoint`"
        )

    def delete(self, ctx: Context) -> None:
        """Delete it, and wait until it cannot be found; SQS keeps its name for another minute."""
        api = Api.of(ctx)
        url = api.url(self.name)
        if url is None:
            return
        api.delete(self.name, url)
        try:
            ctx.wait_for(
                lambda: api.url(self.name), until=lambda there: there is None, what="its end"
            )
        except Unreachable:
            # It is on its way out: on AWS that takes up to 60 seconds.
            return

    def guard(self, ctx: Context) -> str | None:
        """Its messages."""
        api = Api.of(ctx)
        try:
            url = api.url(self.name)
            return None if url is None else messages.loss(self.name, api.attributes(self.name, url))
        except Missing:
            return None

    def _changes(self, found: dict[str, str]) -> dict[str, str]:
        """What to write; a limit that the server does not have is not written."""
        changes = {
            key: value
            for key, value in attributes.differing(self, found).items()
            if key in found or key not in settled.SHOWN
        }
        if changes and self.policy:
            # A server may take its absence for none (moto does).
            changes[attributes.POLICY] = self.policy
        return changes

    def _tag(self, api: Api, url: str) -> None:
        there = api.tags(self.name, url)
        wanted = marked.with_mark(self.tags, self.mark)
        if there.items() & wanted.items() != wanted.items():
            api.tag(self.name, url, wanted)
        superfluous = marked.split(there)[0].keys() - wanted.keys()
        if superfluous:
            api.untag(self.name, url, sorted(superfluous))

    def _settled(self, api: Api, url: str, *, new: bool) -> Self:
        found = settled.settle(self, api, url, new=new)
        return dataclasses.replace(self, url=url, arn=found.get("QueueArn"))
