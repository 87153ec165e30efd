"""The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

_ROUNDS = 4096


@dataclass(frozen=True)
class Keys:
    """What a server keeps of a password."""

    salt: bytes
    stored: bytes
    server: bytes

    @classmethod
    def of(cls, password: str) -> Keys:
        """With a salt of its own."""
        salt = secrets.token_bytes(28)
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS)
        client = _hmac(salted, b"Client Key")
        return cls(salt, hashlib.sha256(client).digest(), _hmac(salted, b"Server Key"))


class Conversation:
    """One log-in.

    Args:
        first: the client's first message.
        keys: gives those of a user, or None.
    """

    def __init__(self, first: str, keys: dict[str, Keys]) -> None:
        self._bare = first.removeprefix("n,,")
        fields = dict(part.split("=", 1) for part in self._bare.split(","))
        self.user = fields["n"].replace("=2C", ",").replace("=3D", "=")
        self._keys = keys.get(self.user)
        self._nonce = fields["r"] + secrets.token_urlsafe(18)
        salt = base64.b64encode(self._keys.salt if self._keys else b"nobody").decode()
        self.challenge = f"r={self._nonce},s={salt},i={_ROUNDS}"

    def finish(self, last: str) -> str | None:
        """The server's signature; None where the password is another."""
        without, _, proof = last.rpartition(",p=")
        said = f"{self._bare},{self.challenge},{without}".encode()
        if self._keys is None or f"r={self._nonce}" not in without:
            return None
        signature = _hmac(self._keys.stored, said)
        client = bytes(a ^ b for a, b in zip(base64.b64decode(proof), signature, strict=True))
        if hashlib.sha256(client).digest() != self._keys.stored:
            return None
        return "v=" + base64.b64encode(_hmac(self._keys.server, said)).decode()


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()
