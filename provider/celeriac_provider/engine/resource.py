"""The base class of every resource: one class, its properties and its life.

    class Vhost(Resource):
        '''A RabbitMQ vhost.'''

        token = "rabbitmq:Vhost"
        identity = ("name",)

        name: str = prop("The vhost's name.", replaces=True)

        @classmethod
        def read(cls, ctx, key, prior): ...
        def create(self, ctx): ...
        def update(self, old, ctx): ...
        def delete(self, ctx): ...

An instance holds property values: in `create` and `update` the wanted inputs, in `delete` the
state. All are known: with unknown values nothing but check and diff is called. Annotations are
evaluated at run time: import what they name outside `TYPE_CHECKING`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform
from urllib.parse import quote, unquote

from celeriac_provider.engine.errors import Mistake
from celeriac_provider.engine.properties import Problem, Property, declared, output, prop

if TYPE_CHECKING:
    from celeriac_provider.engine.context import Context

Key = Mapping[str, str]
"""The values of a resource's identity, by Python name."""


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(prop, output))
@dataclasses.dataclass(frozen=True, kw_only=True)
class Resource:
    """Something on a server, with a life cycle."""

    token: ClassVar[str] = ""
    """`<system>:<Noun>`; the package's name is put before it."""

    identity: ClassVar[tuple[str, ...]] = ()
    """The properties that name the object on its server; they make the id, in this order."""

    inside: ClassVar[bool] = False
    """Whether the object carries no mark of its own, because it lies in something that does."""

    not_importable: ClassVar[str] = ""
    """Why it cannot be imported, as a sentence, where it cannot."""

    verifies_only: ClassVar[bool] = False
    """Whether nothing is made, only looked at: then deleting it asks no server."""

    adopt: bool = prop(
        "Take over an object that exists already and was not made by this resource, and manage "
        "it from now on, deletion included.",
        default=False,
        local=True,
    )
    mark: str | None = output("The mark of ownership that the object carries on its server.")

    def __init_subclass__(cls) -> None:
        """Make every resource a dataclass of its properties."""
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)

    # What a resource implements.

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """What is on the server now, every property filled; None when there is no such object.

        A property that cannot be read keeps `prior`'s value, if it was verified; a secret found
        to be wrong is None; `local` ones are left to the engine. `mark` is what the object carries
        (with `inside`, nothing: see `container_mark`).

        Args:
            ctx: the call's surroundings.
            key: the identity.
            prior: the state, or None on import and before create.
        """
        raise NotImplementedError

    @classmethod
    def container_mark(cls, ctx: Context, key: Key) -> str | None:
        """With `inside`: the mark of what the object lies in, be the object there or not."""
        raise NotImplementedError

    def create(self, ctx: Context) -> Self:
        """Make the object, with `self.mark` on it, and return its state.

        The object does not exist: the engine has read it. Where a later step can fail after the
        object was made, raise PartlyCreated.
        """
        raise NotImplementedError

    def update(self, old: Self, ctx: Context) -> Self:
        """Bring what exists to what is wanted, in place, `self.mark` included.

        A generated property that is None is left as it is: an imported object's password.

        Args:
            old: the state (what was read, when the object is taken up or adopted).
            ctx: the call's surroundings.
        """
        raise NotImplementedError

    def delete(self, ctx: Context) -> None:
        """Remove the object; the engine has seen that it is there and ours."""
        raise NotImplementedError

    def guard(self, ctx: Context) -> str | None:
        """What would be lost by deleting, as a sentence, or None. `self` is the state."""
        del ctx
        return None

    @classmethod
    def warning(cls, old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
        """What others will notice when it is made anew, as a sentence for the preview, or None.

        Args:
            old: the state, by key.
            new: the inputs, by key.
        """
        del old, new
        return None

    def problems(self) -> Iterable[Problem]:
        """What is wrong with the inputs together. Called when all of them are known and typed."""
        return ()

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Checked inputs (by key) in the server's own spelling, so that no diff stays for ever."""
        return values

    # What follows from the declarations.

    @classmethod
    @cache
    def properties(cls) -> tuple[Property, ...]:
        """All declared properties."""
        return declared(cls)

    @classmethod
    def noun(cls) -> str:
        """`Vhost`."""
        return cls.token.partition(":")[2]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """An instance from plain values by key; keys that are not declared are passed over."""
        return cls(**{p.name: values[p.key] for p in cls.properties() if p.key in values})

    def values(self) -> dict[str, Any]:
        """Plain values by key, nulls left out."""
        found = {p.key: getattr(self, p.name) for p in self.properties()}
        return {key: value for key, value in found.items() if value is not None}

    def identified_by(self) -> dict[str, str]:
        """The identity's values."""
        return {name: str(getattr(self, name)) for name in self.identity}

    def id(self) -> str:
        """The resource's id: what `pulumi import` takes."""
        parts = self.identified_by().values()
        if len(self.identity) == 1:
            return next(iter(parts))
        return "/".join(quote(part, safe="") for part in parts)

    @classmethod
    def id_form(cls) -> str:
        """How an id is written, for messages: `<vhost>/<name>`."""
        return "/".join(f"<{name.replace('_', ' ')}>" for name in cls.identity)

    @classmethod
    def parse(cls, id_: str) -> dict[str, str]:
        """The identity that an id names.

        Raises:
            Mistake: the id has another form.
        """
        if len(cls.identity) == 1:
            return {cls.identity[0]: id_}
        parts = [unquote(part) for part in id_.split("/")]
        if len(parts) != len(cls.identity):
            raise Mistake(
                f"the id {id_!r} is not that of a {cls.noun()}: write it as {cls.id_form()}, a "
                f"slash inside a part as %2F"
            )
        return dict(zip(cls.identity, parts, strict=True))
