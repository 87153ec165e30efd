"""What is got with a package manager is what was declared, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_servers import jars
from local_servers.errors import ServerError
from local_servers.jars import CompiledJars, Jars
from local_servers.node import NodeProgram


def test_other_jars_than_the_declared_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name, and nothing of them is kept."""

    def maven(folder: Path, command: object, settings: str) -> None:
        (folder / "jars").mkdir()
        (folder / "jars" / "wrong.jar").write_bytes(b"anything")

    monkeypatch.setattr(jars, "run_in", maven)
    monkeypatch.setenv("CELERIAC_CACHE", str(tmp_path))
    monkeypatch.setattr(Jars, "find", lambda _: None)
    with pytest.raises(ServerError, match=r"are not those of .*SHA256SUMS: .*wrong\.jar"):
        Jars("elasticmq").ensure()
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


@pytest.mark.parametrize(
    "program",
    [
        Jars("elasticmq"),
        CompiledJars("mongo-java"),
        CompiledJars("elasticsearch"),
        NodeProgram("iam-simulator"),
    ],
    ids=lambda program: program.program,
)
def test_what_is_declared_has_hashes_and_names_no_place(program: Jars | NodeProgram) -> None:
    """Where to get it is the machine's business; other versions are another folder."""
    text = "".join(path.read_text() for path in program.declared.rglob("*.*"))
    assert "://" not in text
    assert "resolved" not in text
    assert program.pinned.read_text().count("integrity") in (0, 4)
    assert program.name.startswith(f"{program.manager}-{program.program}-")


def test_other_sources_are_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was compiled from them is not found again."""
    program = CompiledJars("mongo-java")
    before = program.name
    source = tmp_path / "Main.java"
    source.write_text("class Main { }")
    monkeypatch.setattr(CompiledJars, "sources", property(lambda _: [source]))
    assert program.name != before
