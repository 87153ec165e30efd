"""Files that are put into a container before it starts."""

from __future__ import annotations

import base64
import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

FIELDS = ("file", "content", "contentBase64", "executable", "permissions", "owner", "group")
_CONTENTS = ("content", "contentBase64")


def problems(uploads: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What the plugin refuses, and what the stand-in cannot do."""
    for upload in uploads:
        file = upload.get("file", "")
        if not file.startswith("/"):
            yield f"the upload {file!r} is no absolute path"
        if sum(bool(upload.get(key)) for key in _CONTENTS) != 1:
            yield f"the upload {file} needs one of {' and '.join(_CONTENTS)}"
        for key in ("owner", "group"):
            if not str(upload.get(key, "0")).isdigit():
                yield f"the stand-in knows numbers only as {key} of the upload {file}"


def archives(uploads: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Each file as an archive of its own; folders above it that are missing are made."""
    for upload in uploads:
        if upload.get("contentBase64"):
            content = base64.b64decode(upload["contentBase64"])
        else:
            content = upload["content"].encode()
        entry = tarfile.TarInfo(upload["file"].lstrip("/"))
        entry.size = len(content)
        entry.mode = 0o744 if upload.get("executable") else 0o644
        if upload.get("permissions"):
            entry.mode = int(upload["permissions"], 8)
        entry.uid, entry.gid = int(upload.get("owner", 0)), int(upload.get("group", 0))
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.addfile(entry, io.BytesIO(content))
        yield packed.getvalue()
