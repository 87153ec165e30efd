"""The pack with the real engine: on programs that break rules, and on our own stacks.

The plugins of others are stand-ins that make nothing (tests/standins/nothing); the provider of
Celeriac is the real one, and a preview asks no server. Stack `prod` is looked at in
tests/e2e/test_prod.py, where what it needs on AWS is there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from celeriac_policies.rules import RULES
from tests.e2e.project import CHECKOUT, Project
from tests.policies.bad_stacks import ADVICE, MANDATORY
from tests.policies.engine import PACK, STACKS, STANDIN, configured, levels, program, said


def test_every_bad_stack_is_here() -> None:
    """A program without its violations makes this fail; there are more than twelve."""
    assert {path.stem for path in STACKS.glob("*.py")} == set(MANDATORY)
    assert len(MANDATORY) > 12


@pytest.mark.parametrize("name", MANDATORY)
def test_a_bad_stack_fails_with_these_violations_and_no_others(name: str, tmp_path: Path) -> None:
    """The exact set, by rule and resource; the preview fails; nothing is made."""
    done = program(tmp_path / "project", name).run("preview", *PACK)
    found = said(done)
    assert found.violations == MANDATORY[name], found.output
    assert found.advice == ADVICE[name], found.output
    assert found.code != 0
    assert "Traceback" not in found.output
    # Pulumi itself shows the plain outputs, after that.
    assert "secret-of-orders" not in found.output.partition("Policies:")[2].partition("Outputs:")[0]


def test_advice_alone_fails_nothing(tmp_path: Path) -> None:
    """The same stack at the level `advisory`: shown, and the preview goes on."""
    project = program(tmp_path / "project", "docker_redis")
    found = said(project.run("preview", *PACK, *levels("advisory")))
    assert found.code == 0, found.output
    assert found.violations == frozenset()
    assert found.advice == MANDATORY["docker_redis"] | ADVICE["docker_redis"]


def test_at_strict_advice_fails_too(tmp_path: Path) -> None:
    """But of the rules that are advice only."""
    project = program(tmp_path / "project", "docker_redis")
    found = said(project.run("preview", *PACK, *levels("strict")))
    advice_only = {rule.name for rule in RULES if rule.advice}
    assert found.violations >= MANDATORY["docker_redis"]
    assert {rule for rule, _ in found.advice} <= advice_only


def test_a_resource_rule_stops_an_up_before_anything_of_it_is_made(tmp_path: Path) -> None:
    """Without a preview: what a resource rule objects to is not in the state."""
    project = program(tmp_path / "project", "celeriac_redis")
    done = project.up(*PACK, check=False)
    assert said(done).code != 0
    assert not [one for one in project.resources() if one["type"].startswith("celeriac:redis")]


def test_a_remediated_stack_complies(tmp_path: Path) -> None:
    """With every rule that can mend at `remediate`, what is left is what none of them can mend."""
    mending = {rule.name: "remediate" for rule in RULES if getattr(rule, "mend", None)}
    options = configured(tmp_path, mending)
    project = program(tmp_path / "project", "remediable")
    before = said(project.run("preview", *PACK))
    assert before.violations == MANDATORY["remediable"]
    assert {rule for rule, _ in before.violations} <= set(mending)
    after = said(project.run("preview", *PACK, *options))
    assert (after.violations, after.code) == (frozenset(), 0), after.output
    assert after.mended == {rule for rule, _ in MANDATORY["remediable"]}
    # What Pulumi shows is what it would make.
    up = project.up(*PACK, *options)
    assert said(up).violations == frozenset()
    again = project.up(*PACK, "--expect-no-changes", *options)
    assert again.changed == {}


def test_an_exclusion_lets_a_stack_pass_and_is_listed(tmp_path: Path) -> None:
    """The reason is in the output of every run."""
    reason = "a playground without data"
    rules = sorted({rule for rule, _ in MANDATORY["celeriac_redis"]})
    entry = {"name": "*", "rules": rules, "reason": reason}
    options = configured(tmp_path, {"exclusions": {"resources": [entry]}})
    found = said(program(tmp_path / "project", "celeriac_redis").run("preview", *PACK, *options))
    assert found.code == 0, found.output
    assert found.violations == frozenset()
    assert reason in found.output


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"redis-no-evicton": "mandatory"}, "did you mean redis-no-eviction?"),
        ({"exclusions": {"resources": [{"name": "a"}]}}, "reason is required"),
        ({"exclusions": {"resources": [{"name": "a", "reason": "no"}]}}, "reason"),
    ],
    ids=["a rule that does not exist", "no reason", "a reason that is none"],
)
def test_a_wrong_configuration_is_one_sentence(
    config: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    """Before anything is looked at."""
    options = configured(tmp_path, config)
    done = program(tmp_path / "project", "plain_aws").run("preview", *PACK, *options)
    assert done.code != 0
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_stack_local_passes(tmp_path: Path) -> None:
    """At `strict`, with no exclusion: loopback needs no TLS, and it is no production."""
    project = Project(tmp_path / "project", "local")
    config = yaml.safe_load((CHECKOUT / "stacks" / "Pulumi.local.yaml").read_text())["config"]
    project.write(config)
    for system in ("RABBITMQ", "REDIS", "POSTGRESQL"):
        project.environment[f"CELERIAC_{system}_PASSWORD"] = "not asked for"
    found = said(project.run("preview", *PACK, *levels("strict")))
    assert (found.code, found.violations) == (0, frozenset()), found.output


def test_stack_docker_passes(tmp_path: Path) -> None:
    """At `strict`, with no exclusion: containers are held to the rules, on loopback."""
    project = Project(tmp_path / "project", "of-docker")
    config = yaml.safe_load((CHECKOUT / "stacks" / "Pulumi.docker.yaml").read_text())["config"]
    for server in config["celeriac:servers"].values():
        server["password"] = "not asked for"
    project.write(config)
    project.environment["PATH"] = f"{STANDIN}:{project.environment['PATH']}"
    found = said(project.run("preview", *PACK, *levels("strict")))
    assert (found.code, found.violations) == (0, frozenset()), found.output
    assert "docker:index:Container" in found.output


def test_the_readme_shows_what_the_pack_says() -> None:
    """The output in the README names rules that exist."""
    readme = (CHECKOUT / "README.md").read_text()
    shown = re.findall(r"\[mandatory\]\s+(?:\[severity: \w+\]\s+)?([\w-]+)", readme)
    assert shown
    assert set(shown) <= {rule.name for rule in RULES}
