"""References of a stack file that the program itself resolves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from tests.unit.components.world import run

from celeriac import Reference
from celeriac.servers.references import authority_problems, pem_of, text_of
from celeriac.settings import RedisServer


def test_what_is_not_there_is_one_sentence_without_a_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable or the file is named, and what to do."""
    monkeypatch.delenv("MAILS_KEY", raising=False)
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    for get in (text_of, pem_of):
        with pytest.raises(pulumi.RunError, match="variable MAILS_KEY is not set: set it"):
            get(Reference(env="MAILS_KEY"))
        with pytest.raises(pulumi.RunError, match=r"cannot be read \(No such file or directory\)"):
            get(Reference(file=str(tmp_path / "none")))
        with pytest.raises(pulumi.RunError, match=r"cannot be read \(it is not text\)"):
            get(Reference(file=str(binary)))


def test_it_is_found_as_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment, in a file without the line's end, or written out."""
    monkeypatch.setenv("MAILS_KEY", "of the environment")
    file = tmp_path / "key"
    file.write_text("of the file\n", encoding="utf-8")
    references = {
        "env": Reference(env="MAILS_KEY"),
        "file": Reference(file=str(file)),
        "value": Reference(value="written"),
    }

    def program() -> dict[str, pulumi.Output[Any]]:
        found = {kind: text_of(reference) for kind, reference in references.items()}
        return {kind: output for kind, output in found.items() if output is not None}

    _, found = run(program)
    assert found == {
        "env": ("of the environment", True),
        "file": ("of the file", True),
        "value": ("written", True),
    }
    assert text_of(None) is None


def test_every_ca_that_is_none_is_told_with_its_key(tmp_path: Path) -> None:
    """All at once: a file that is not there, and one that holds no certificate."""
    text = tmp_path / "text"
    text.write_text("dummy", encoding="utf-8")
    good = tmp_path / "ca.pem"
    good.write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    files = {"a": tmp_path / "none", "b": text, "c": good}
    servers = {
        name: RedisServer(name=name, host="h", port=1, tls=True, ca=Reference(file=str(file)))
        for name, file in files.items()
    }
    first, second = authority_problems(servers)
    assert first.startswith("celeriac:servers.a.ca: the file ")
    assert "cannot be read" in first
    assert second.startswith(f"celeriac:servers.b.ca: {text} holds no PEM")
