"""The apps of a stack file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celeriac.contract import Uses, app_problem, pairing_problems
from celeriac.contract.pairing import MOST_PRIORITIES
from celeriac.settings import readers
from celeriac.settings.brokers import read_broker
from celeriac.settings.model import App
from celeriac.settings.monitors import read_monitor
from celeriac.settings.results import read_results
from celeriac.settings.section import Section
from celeriac.settings.server_model import AwsSqsServer
from celeriac.settings.times import read_times

if TYPE_CHECKING:
    from celeriac.settings.brokers import BrokerDraft
    from celeriac.settings.claims import Claim
    from celeriac.settings.results_draft import ResultsDraft
    from celeriac.settings.server_model import AnyServer


@dataclass(frozen=True)
class AppDraft:
    """An app as far as it could be read."""

    app: App | None
    """The app; None where its broker or result backend is not known."""
    claims: tuple[Claim, ...]
    """What it wants to have for itself on its servers."""


def read_apps(
    raw: object,
    path: str,
    servers: dict[str, AnyServer | None],
    problems: list[str],
    *,
    force_destroy: bool,
    region: str = "",
) -> dict[str, AppDraft]:
    """All apps by name; `region` is aws:region."""
    section = Section(raw, path, problems)
    drafts: dict[str, AppDraft] = {}
    for name in section:
        wrong = app_problem(name)
        if wrong is not None:
            section.problem(wrong, name)
        drafts[name] = _read_app(
            name, section.child(name), servers, force_destroy=force_destroy, region=region
        )
    return drafts


def _read_app(
    name: str,
    entry: Section,
    servers: dict[str, AnyServer | None],
    *,
    force_destroy: bool,
    region: str,
) -> AppDraft:
    if not entry.is_map:
        return AppDraft(None, ())
    uses = _read_uses(entry.child("uses"))
    times = read_times(entry)
    broker = read_broker(entry, name, servers, times)
    results = read_results(entry, name, servers)
    proof = entry.get("proof", readers.switch, default=True)
    force = entry.get("forceDestroy", readers.boolean, default=force_destroy)
    adopt = entry.get("adopt", readers.boolean, default=False)
    if adopt and isinstance(servers.get(broker.server or ""), AwsSqsServer):
        entry.problem(
            "is true, and queues on platform aws cannot be taken over: import them (pulumi "
            "import), or leave it out",
            "adopt",
        )
    secret = _settings_secret(entry, servers, {broker.server, results.server}, region)
    monitor, monitor_claims = read_monitor(entry, name, servers.get(broker.server or ""))
    entry.refuse("rotation", "is not there yet: leave it out")
    entry.finish()
    _check_pair(entry, servers, broker, results, uses)
    claims = (*broker.claims, *results.claims, *monitor_claims)
    if broker.broker is None or results.results is None:
        return AppDraft(None, claims)
    app = App(
        name=name,
        broker=broker.broker,
        results=results.results,
        longest_task=times.longest_task,
        longest_delay=times.longest_delay,
        prefetch=times.prefetch,
        uses=uses,
        proof=proof,
        force_destroy=force,
        adopt=adopt,
        monitor=monitor,
        settings_secret=secret,
    )
    return AppDraft(app, claims)


def _settings_secret(
    entry: Section,
    servers: dict[str, AnyServer | None],
    used: set[str | None],
    region: str,
) -> bool:
    """Whether the outputs are a secret on AWS too: where a server of the app is there, they are."""
    found = [servers.get(name or "") for name in used]
    on_aws = any(server is not None and server.platform == "aws" for server in found)
    wanted = entry.get("settingsSecret", readers.switch, on_aws)
    if wanted and not region and not on_aws:
        entry.problem("is on, and there is no aws:region: write it, or off", "settingsSecret")
    return wanted


def _read_uses(section: Section) -> Uses:
    def declared(key: str) -> bool | None:
        return section.get(key, readers.boolean, None)

    uses = Uses(
        chords=declared("chords"),
        priorities=section.get("priorities", readers.priorities(MOST_PRIORITIES), None),
        remote_control=declared("remoteControl"),
        events=declared("events"),
        shared_results=declared("sharedResults"),
        beat=declared("beat"),
        largest_message=section.get("largestMessage", readers.size, None),
    )
    section.finish()
    return uses


def _check_pair(
    entry: Section,
    servers: dict[str, AnyServer | None],
    broker: BrokerDraft,
    results: ResultsDraft,
    uses: Uses,
) -> None:
    if broker.kind is None:
        return
    server = servers.get(broker.server or "")
    limit = getattr(server, "max_message_size", None)
    for problem in pairing_problems(
        broker=broker.kind,
        backend=results.kind,
        expires=results.expires,
        queue_type=broker.queue_type,
        delayed_delivery=broker.delayed_delivery,
        uses=uses,
        max_message_size=limit,
    ):
        entry.problems.append(f"{entry.path}.{problem.where}: {problem.what}")
