"""Rights of users of ElastiCache: ACL rules in one string, which only AWS's own API takes."""

from __future__ import annotations

from celeriac.contract import AclRules

DISABLED = "off resetchannels -@all"
"""Of the user `default`, which every group needs and every client without a name would be."""

_KEYS = ("scan", "unlink", "hget", "hgetall", "hset", "hdel")
_SESSION = (
    *("client|setname", "ping", "select", "info", "watch", "unwatch"),
    *("multi", "exec", "discard"),
)
ADMINISTRATOR = AclRules(
    keys=("~*",), channels=(), commands=("-@all", *(f"+{c}" for c in (*_SESSION, *_KEYS)))
)
"""What it takes to register key prefixes, to look whether they hold messages, to delete them, and
to read what INFO says. No value of a key but the registry's own is ever read."""


def access_string(rules: AclRules) -> str:
    """Rules as ElastiCache keeps them: it gives back what Redis's `ACL LIST` says, in its order.

    Without the optional commands: ElastiCache checks the rules against the oldest engine that a
    user may be for, which knows no `client|setinfo`. A client takes the refusal of it.
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
    """
    return " ".join(("on", *rules.keys, "resetchannels", *rules.channels, *rules.commands))
