"""TLS in front of the plain listeners with a certificate that clients must refuse, for the tests.

Run as a program: `tls_proxy.py CERTIFICATE KEY LISTEN:TARGET[:postgresql] …`, all on 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
import sys
from functools import partial

# What a PostgreSQL client sends to ask for TLS, and what it is answered.
_SSL_REQUEST = bytes.fromhex("00000008 04d2162f")
_YES = b"S"
_NOBODY = 65534


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def _serve(
    target: int,
    starttls: ssl.SSLContext | None,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    try:
        if starttls:
            if await reader.readexactly(len(_SSL_REQUEST)) != _SSL_REQUEST:
                writer.close()
                return
            writer.write(_YES)
            await writer.start_tls(starttls)
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", target)
    except (OSError, asyncio.IncompleteReadError):  # the refusal that the tests want to see
        writer.close()
        return
    await asyncio.gather(_copy(reader, there_writer), _copy(there_reader, writer))


async def _main(certificate: str, key: str, routes: list[str]) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    for route in routes:
        listen, target, *asks_first = route.split(":")
        await asyncio.start_server(
            partial(_serve, int(target), context if asks_first else None),
            "127.0.0.1",
            int(listen),
            ssl=None if asks_first else context,
        )
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], sys.argv[3:]))
