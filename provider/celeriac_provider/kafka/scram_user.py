"""Users that log in with SCRAM."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, Lost, Mistake, PartlyCreated, Refused
from celeriac_provider.engine.properties import Problem, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.kafka import marked, names
from celeriac_provider.kafka.client import Kafka
from celeriac_provider.kafka.endpoint import MECHANISMS
from celeriac_provider.kafka.refusals import Missing

if TYPE_CHECKING:
    from confluent_kafka.admin import AdminClient

_LEAST, _MOST = 4096, 16_384
"""Iterations that Kafka takes (org.apache.kafka.common.security.scram.internals)."""
_SETTLED: Final = 10.0
"""Seconds that brokers have to know a user that the controller has made."""


def _mechanisms(values: list[str]) -> str | None:
    if not values or set(values) - set(MECHANISMS):
        return f"must hold {' or '.join(MECHANISMS)}, or both"
    return None


def _iterations(value: int) -> str | None:
    return None if _LEAST <= value <= _MOST else f"must be from {_LEAST:,} to {_MOST:,}"


class ScramUser(Resource):
    """A user of Kafka's that logs in over SCRAM. It may do nothing until it gets an `Acl`.

    Its mark is an entry in Kafka's access control lists, about a consumer group that does not exist
    (`celeriac.user.<name>`): so the cluster needs an authorizer. The password is sent salted and
    hashed. Deleting a user leaves its open connections and its rights: see `Acl`.
    """

    token = "kafka:ScramUser"  # noqa: S105 - a type token
    identity = ("name",)

    name: str = prop("The user's name.", replaces=True, check=names.user)
    password: str | None = prop(
        "The password: 256 random bits when none is given. Drift is found by logging in.",
        generated=lambda: secrets.token_urlsafe(32),
        secret=True,
    )
    mechanisms: list[str] = prop(
        "How it can log in: `SCRAM-SHA-512`, `SCRAM-SHA-256`, or both.",
        default=[MECHANISMS[1]],
        unordered=True,
        check=_mechanisms,
    )
    iterations: int = prop(
        "How often the password is hashed: 4,096 to 16,384.", default=_LEAST, check=_iterations
    )

    def problems(self) -> Iterable[Problem]:
        """An empty password lets everybody in."""
        if self.password == "":
            yield Problem("password", "password of a ScramUser must not be empty")

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Mechanisms in order."""
        given = values["mechanisms"]
        if isinstance(given, list) and all(isinstance(one, str) for one in given):
            return values | {"mechanisms": sorted(set(given))}
        return values

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The user, how it logs in, and whether its password still works."""
        name = key["name"]
        found = _look(ctx, name)
        if not found:
            return None
        password, usual = (prior.password, prior.iterations) if prior else (None, None)
        # One that differs shows.
        iterations = next((i for i in found.values() if i != usual), usual)
        if password is not None and not _opens(ctx, name, password, found):
            password = None
        return cls(
            name=name,
            password=password,
            mechanisms=sorted(found),
            iterations=iterations or _LEAST,
            mark=marked.find(ctx, marked.user(name), prior.mark if prior else None),
        )

    def create(self, ctx: Context) -> Self:
        """The mark first, then the user."""
        marked.write(ctx, marked.user(self.name), self.mark)
        first, *others = self.mechanisms
        self._alter(ctx, first)
        try:
            for mechanism in others:
                self._alter(ctx, mechanism)
            self._settle(ctx)
        except Lost:
            raise
        except CeleriacError as error:
            raise PartlyCreated(str(error), self) from None
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """The mark, then all ways to log in; open connections stay."""
        del old
        marked.write(ctx, marked.user(self.name), self.mark)
        self._write(ctx, _look(ctx, self.name))
        self._settle(ctx)
        return self

    def delete(self, ctx: Context) -> None:
        """The user, then its mark."""
        for mechanism in _look(ctx, self.name):
            self._alter(ctx, mechanism, delete=True)
        ctx.wait_for(
            lambda: _look(ctx, self.name),
            until=lambda there: not there,
            what=f"the end of the user {self.name!r} on Kafka (look at `endpoint`)",
        )
        marked.remove(ctx, marked.user(self.name))

    def _write(self, ctx: Context, there: dict[str, int]) -> None:
        wanted = self.mechanisms
        if self.password is None:
            # An imported user's, which nobody told us: it stays.
            same = [one for one in wanted if there.get(one) == self.iterations]
            if same != wanted:
                raise Mistake(
                    f"the password of the ScramUser {self.name!r} is not known, and Kafka needs it "
                    f"to change how the user logs in: give it as `password`",
                    "password",
                )
            wanted = []
        for mechanism in wanted:
            self._alter(ctx, mechanism)
        for mechanism in there.keys() - set(self.mechanisms):
            self._alter(ctx, mechanism, delete=True)

    def _alter(self, ctx: Context, mechanism: str, *, delete: bool = False) -> None:
        """Write or delete one way to log in: Kafka takes but one change of a user in a request."""

        def ask(admin: AdminClient, seconds: float) -> Any:
            from confluent_kafka import admin as k  # noqa: PLC0415 - see client

            kind = k.ScramMechanism[mechanism.replace("-", "_")]
            change = k.UserScramCredentialDeletion(self.name, kind)
            if not delete:
                secret = (self.password or "").encode()
                info = k.ScramCredentialInfo(kind, self.iterations)
                change = k.UserScramCredentialUpsertion(self.name, info, secret)
            answers = admin.alter_user_scram_credentials([change], request_timeout=seconds)
            return answers[self.name]

        try:
            ctx.client(Kafka).call(ctx, f"write the user {self.name!r}", ask)
        except Missing:
            if not delete:
                raise Refused(
                    f"Kafka did not take the user {self.name!r}: look at `endpoint`"
                ) from None

    def _settle(self, ctx: Context) -> None:
        """Wait until the brokers let it in."""
        wanted = dict.fromkeys(self.mechanisms, self.iterations)
        patient = replace(ctx, timeout=max(ctx.timeout, _SETTLED))
        patient.wait_for(
            lambda: (
                _look(ctx, self.name) == wanted
                and (self.password is None or _opens(ctx, self.name, self.password, wanted))
            ),
            until=bool,
            what=f"Kafka to let the user {self.name!r} in (look at `endpoint`)",
        )


def _look(ctx: Context, name: str) -> dict[str, int]:
    """Iterations by mechanism; nothing without such a user."""

    def ask(admin: AdminClient, seconds: float) -> Any:
        return admin.describe_user_scram_credentials([name], request_timeout=seconds)[name]

    try:
        found = ctx.client(Kafka).call(ctx, f"read the user {name!r}", ask)
    except Missing:
        return {}
    return {
        one.mechanism.name.replace("_", "-"): one.iterations for one in found.scram_credential_infos
    }


def _opens(ctx: Context, name: str, password: str, mechanisms: Iterable[str]) -> bool:
    """Whether a password is that of every mechanism."""
    kafka = ctx.client(Kafka)
    return all(kafka.accepts(ctx, name, password, mechanism) for mechanism in mechanisms)
