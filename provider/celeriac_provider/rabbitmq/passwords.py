"""Passwords as RabbitMQ keeps them: salted hashes, so that none is ever sent in clear.

https://www.rabbitmq.com/docs/passwords#computing-password-hash
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

ALGORITHM = "rabbit_password_hashing_sha256"

_ALGORITHMS = {ALGORITHM: hashlib.sha256, "rabbit_password_hashing_sha512": hashlib.sha512}
_SALT = 4


def generate() -> str:
    """A password of 256 bits that needs no quoting in URLs."""
    return secrets.token_urlsafe(32)


def hashed(password: str) -> str:
    """What is sent and stored."""
    salt = secrets.token_bytes(_SALT)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def matches(password: str, stored: str, algorithm: str) -> bool:
    """Whether a password is the one that was hashed. Needs no login, and no rights to log in."""
    function = _ALGORITHMS.get(algorithm)
    if function is None:
        return False
    try:
        raw = base64.b64decode(stored, validate=True)
    except binascii.Error:
        return False
    salt, digest = raw[:_SALT], raw[_SALT:]
    return hmac.compare_digest(digest, function(salt + password.encode()).digest())
