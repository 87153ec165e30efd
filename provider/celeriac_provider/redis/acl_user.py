"""Redis ACL users: an app's login, limited to its keys, channels and commands."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, PartlyCreated
from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.properties import Check, Problem, output, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.redis.client import Commands, RedisServer, pairs
from celeriac_provider.redis.persistence import save_users

_MARK: Final = "%R~"
"""The mark is the right to read one key that does not exist: see AclUser."""

_KEYS: Final = {"~": "keys", "%R~": "read_keys", "%W~": "write_keys"}


def _name(value: str) -> str | None:
    if not value or any(c.isspace() or c == "\0" for c in value):
        return "must be a name without white space"
    if value == "default":
        return "is the server's own user, who cannot be deleted: choose another name"
    return None


def _pattern(values: list[str]) -> str | None:
    bad = [value for value in values if not value or any(c.isspace() for c in value)]
    return f"has {bad[0]!r}: a pattern has no white space" if bad else None


def _commands(values: list[str]) -> str | None:
    for value in values:
        if value[:1] not in ("+", "-") or len(value) < 2 or any(c.isspace() for c in value):  # noqa: PLR2004
            return f"has {value!r}: write +get, -@dangerous, +client|setinfo"
    return None


_patterns: Check = _pattern


class AclUser(Resource):
    """A Redis ACL user: everything that it may do, reset and written in one command.

    Its mark is among its own rules, as the right to read one key that does not exist
    (`%R~celeriac-…`): so it is written with the user, saved with it, and never apart from it.
    The password is sent as its SHA-256 hash.

    Users live in the server's memory: after each change they are saved (`ACL SAVE`, or `CONFIG
    REWRITE` where there is no aclfile). Where neither works nothing is made, unless `persist` is
    false. Deleting ends the user's connections; the keys are left: see `KeyPrefix`.

    Where sentinels name the primary, the user is written to every node, since Redis does not
    replicate users, and read from every node.
    """

    token = "redis:AclUser"  # noqa: S105 - no secret
    identity = ("name",)

    name: str = prop("The user's name.", replaces=True, check=_name)
    password: str | None = prop(
        "The only password: 256 random bits when none is given. Drift is found by its hash.",
        generated=lambda: secrets.token_urlsafe(32),
        secret=True,
    )
    enabled: bool = prop("Whether the user can log in.", default=True)
    keys: list[str] = prop(
        "Patterns of keys to read and write: `orders:*`.",
        default=[],
        unordered=True,
        check=_patterns,
    )
    read_keys: list[str] = prop(
        "Patterns of keys to read only.", default=[], unordered=True, check=_patterns
    )
    write_keys: list[str] = prop(
        "Patterns of keys to write only.", default=[], unordered=True, check=_patterns
    )
    channels: list[str] = prop(
        "Patterns of channels. PSUBSCRIBE needs its own pattern, literally.",
        default=[],
        unordered=True,
        check=_patterns,
    )
    commands: list[str] = prop(
        "Rules in Redis' own syntax, in order, starting from no command at all: `+get`, "
        "`+@read`, `-@dangerous`, `+client|setinfo`.",
        default=[],
        check=_commands,
    )
    optional_commands: list[str] = prop(
        "The same, for commands that an older server need not know: `+client|setinfo`, which came "
        "with Redis 7.2. What it does not know is left out.",
        default=[],
        check=_commands,
    )
    persist: bool = prop(
        "Whether the user must outlive a restart of the server.", default=True, local=True
    )
    rules: dict[str, str] = output("Keys, channels and commands as the server spells them.")

    def problems(self) -> Iterable[Problem]:
        """An empty password lets everybody in."""
        if self.password == "":
            yield Problem("password", "password of an AclUser must not be empty")

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Patterns in order."""
        patterns = ("keys", "readKeys", "writeKeys", "channels")
        known = {
            key: sorted(set(values[key]))
            for key in patterns
            if isinstance(values[key], list) and all(isinstance(v, str) for v in values[key])
        }
        return values | known

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The user as ACL GETUSER shows it, on the node where it differs, if it does on one.

        Every version of Redis spells rules in its own way: what it still spells as it did after
        our last write is what was written.
        """
        name = key["name"]
        replies = ctx.client(RedisServer).everywhere(
            ctx,
            f"read the ACL user {name!r}",
            lambda commands: commands.execute_command("ACL GETUSER", name),
            writes=False,
        )
        found = [cls._said(name, pairs(reply), prior) for reply in replies if reply is not None]
        if not found:
            return None
        if prior is None:
            # Somebody else's on one node is not ours to take up.
            return min(found, key=lambda user: user.mark == str(ctx.mark))
        if len(found) < len(replies):
            # A node does not have it, as one that was added: there nobody can log in.
            return cls(name=name, password=None, enabled=False, rules={}, mark=found[0].mark)
        return next((user for user in found if not user.agrees(prior)), found[0])

    @classmethod
    def _said(cls, name: str, said: dict[str, Any], prior: Self | None) -> Self:
        """The user as one node has it."""
        password, extra = _passwords(said, prior.password if prior else None)
        mark, rules = _rules(said)
        found = cls(
            name=name,
            password=password,
            enabled="on" in said["flags"],
            rules=rules,
            mark=mark,
            commands=[*rules["commands"].split(), *rules["selectors"].split("\n"), *extra],
            channels=[channel.removeprefix("&") for channel in sorted(rules["channels"].split())],
            **_by_access(rules["keys"]),
        )
        found = replace(found, commands=[rule for rule in found.commands if rule])
        return _as_written(found, prior, extra) if prior else found

    def agrees(self, prior: Self) -> bool:
        """Whether a node has the user as it was written, and with the mark of then."""
        inputs = (p for p in self.properties() if not p.is_output and not p.local)
        return self.mark == prior.mark and all(
            p.same(getattr(self, p.name), getattr(prior, p.name)) for p in inputs
        )

    def create(self, ctx: Context) -> Self:
        """Write the user, whole."""
        return self._write(ctx, made=True)

    def update(self, old: Self, ctx: Context) -> Self:
        """Write the user anew, whole: nothing of the old one stays."""
        del old
        return self._write(ctx, made=False)

    def delete(self, ctx: Context) -> None:
        """Delete the user, which ends its connections."""
        client = ctx.client(RedisServer)
        if self.persist:
            save_users(ctx, client)
        client.everywhere(
            ctx,
            f"delete the ACL user {self.name!r}",
            lambda commands: commands.execute_command("ACL DELUSER", self.name),
        )
        if self.persist:
            save_users(ctx, client)

    # Inside.

    def _write(self, ctx: Context, *, made: bool) -> Self:
        client = ctx.client(RedisServer)
        if self.persist:
            save_users(ctx, client)

        def write(commands: Commands) -> None:
            rules = [*self._rules(), *_known(commands, self.optional_commands)]
            if self.password is None:
                # An imported user's, which nobody told us: it stays.
                reply = commands.execute_command("ACL GETUSER", self.name)
                said = pairs(reply) if reply else {"passwords": [], "flags": []}
                rules += [f"#{hash_}" for hash_ in said["passwords"]]
                rules += ["nopass"] if "nopass" in said["flags"] else []
            commands.execute_command("ACL SETUSER", self.name, *rules)

        client.everywhere(ctx, f"write the ACL user {self.name!r}", write)
        found = self.read(ctx, self.identified_by(), None)
        assert found is not None  # noqa: S101 - it was written just now
        written = replace(self, rules=found.rules)
        try:
            if self.persist:
                ctx.persist(lambda: save_users(ctx, client))
        except CeleriacError as error:
            if made:
                raise PartlyCreated(str(error), written) from error
            raise
        return written

    def _rules(self) -> list[str]:
        rules = ["reset", "on" if self.enabled else "off"]
        if self.password is not None:
            rules.append(f"#{_hash(self.password)}")
        if self.mark:
            own = _MARK + self.mark
            # `~*` wipes out every other key: then the mark is in a selector, which allows nothing.
            rules.append(f"({own})" if "*" in self.keys else own)
        for prefix, field in _KEYS.items():
            rules += [prefix + pattern for pattern in getattr(self, field)]
        rules += [f"&{pattern}" for pattern in self.channels]
        return rules + self.commands


def _known(commands: Commands, rules: list[str]) -> list[str]:
    """Those rules whose command the server has."""
    if not rules:
        return []
    described = commands.execute_command("COMMAND INFO", *(rule[1:] for rule in rules))
    return [rule for rule, info in zip(rules, described, strict=True) if info]


def _hash(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def _passwords(said: dict[str, Any], known: str | None) -> tuple[str | None, list[str]]:
    """The password if it is still one, and what else lets somebody in, as rules."""
    held: list[str] = said["passwords"]
    extra = ["nopass"] if "nopass" in said["flags"] else []
    if known is None:
        return None, extra
    if _hash(known) not in held:
        return None, extra
    return known, extra + ["#…"] * (len(held) - 1)


def _rules(said: dict[str, Any]) -> tuple[str | None, dict[str, str]]:
    """The mark, and everything else that the user may do, as the server spells it."""
    keys = said["keys"].split()
    selectors = [" ".join(map(str, selector)) for selector in said.get("selectors", ())]
    mark = next((m for k in (*keys, *selectors) if _MARK in k and (m := Mark.find(k))), None)
    own = _MARK + str(mark)
    return str(mark) if mark else None, {
        "keys": " ".join(key for key in keys if key != own),
        "channels": said["channels"],
        "commands": said["commands"],
        "selectors": "\n".join(f"({s})" for s in selectors if own not in s.split()),
    }


def _by_access(keys: str) -> dict[str, Any]:
    found: dict[str, Any] = {field: [] for field in _KEYS.values()}
    for key in sorted(keys.split()):
        prefix = next(prefix for prefix in ("%RW~", "%R~", "%W~", "~") if key.startswith(prefix))
        found[_KEYS.get(prefix, "keys")].append(key.removeprefix(prefix))
    return found


def _as_written(found: AclUser, prior: AclUser, extra: list[str]) -> Any:
    """What the server spells as it did after our last write, in the words of that write."""
    same = {part for part, text in found.rules.items() if (prior.rules or {}).get(part) == text}
    kept: dict[str, Any] = {}
    if "keys" in same:
        kept |= {field: getattr(prior, field) for field in _KEYS.values()}
    if "channels" in same:
        kept["channels"] = prior.channels
    if {"commands", "selectors"} <= same and not extra:
        kept |= {"commands": prior.commands, "optional_commands": prior.optional_commands}
    return replace(found, **kept)
