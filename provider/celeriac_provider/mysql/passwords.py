"""Passwords as the server keeps them, computed here: none goes over the wire or into its log.

MariaDB's `mysql_native_password` is two rounds of SHA-1 without salt: enough for 256 random bits,
for nothing that a human thinks of. MySQL's `caching_sha2_password` is Drepper's SHA-256 crypt
(https://www.akkadia.org/drepper/SHA-crypt.txt) with thousands of rounds (MySQL 8: 5, MySQL 9: 10)
and a salt of 20 characters.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from typing import Final

NATIVE: Final = "mysql_native_password"
CACHING: Final = "caching_sha2_password"

_THOUSANDS: Final = 5
_KEPT: Final = re.compile(r"\$A\$([0-9A-F]{3})\$(.{20})", re.DOTALL)
"""How it begins: thousands of rounds, in hexadecimal, and the salt."""
_SALT: Final = 20
_DIGITS: Final = "./0123456789" + string.ascii_uppercase + string.ascii_lowercase
_ORDER: Final = (
    (0, 10, 20), (21, 1, 11), (12, 22, 2), (3, 13, 23), (24, 4, 14), (15, 25, 5), (6, 16, 26),
    (27, 7, 17), (18, 28, 8), (9, 19, 29),
)  # fmt: skip


def native(password: str) -> str:
    """What MariaDB keeps of a password."""
    inner = hashlib.sha1(password.encode()).digest()  # noqa: S324 - the protocol's own
    return "*" + hashlib.sha1(inner).hexdigest().upper()  # noqa: S324


def caching(password: str, salt: str | None = None, thousands: int = _THOUSANDS) -> str:
    """What MySQL keeps of a password."""
    salt = salt or "".join(secrets.choice(_DIGITS) for _ in range(_SALT))
    digest = _sha256_crypt(password.encode(), salt.encode(), 1000 * thousands)
    return f"$A${thousands:03X}${salt}{digest}"


def fits(password: str, plugin: str, kept: str) -> bool:
    """Whether a password is the one that the server keeps something of."""
    if plugin == NATIVE:
        return hmac.compare_digest(native(password), kept.upper())
    if plugin == CACHING and (begin := _KEPT.match(kept)):
        expected = caching(password, begin[2], int(begin[1], 16))
        return hmac.compare_digest(expected.encode(), kept.encode())
    return False


def _sha256_crypt(password: bytes, salt: bytes, rounds: int) -> str:
    def sha(*parts: bytes) -> bytes:
        return hashlib.sha256(b"".join(parts)).digest()

    def stretched(digest: bytes, length: int) -> bytes:
        return (digest * (length // len(digest) + 1))[:length]

    many = len(password)
    other = sha(password, salt, password)
    parts = [password, salt, stretched(other, many)]
    bits = many
    while bits:
        parts.append(other if bits & 1 else password)
        bits >>= 1
    digest = sha(*parts)
    p = stretched(sha(password * many), many)
    s = stretched(sha(salt * (16 + digest[0])), len(salt))
    for turn in range(rounds):
        first, last = (p, digest) if turn & 1 else (digest, p)
        digest = sha(first, s if turn % 3 else b"", p if turn % 7 else b"", last)
    text = ""
    for a, b, c in _ORDER:
        text += _base64(digest[a] << 16 | digest[b] << 8 | digest[c], 4)
    return text + _base64(digest[31] << 8 | digest[30], 3)


def _base64(value: int, length: int) -> str:
    return "".join(_DIGITS[value >> (6 * at) & 63] for at in range(length))
