"""The apps of a stack file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celeriac.contract import Uses, app_problem, pairing_problems
from celeriac.contract.pairing import MOST_PRIORITIES, RABBITMQ_MESSAGE
from celeriac.settings import readers
from celeriac.settings.brokers import read_broker
from celeriac.settings.model import App
from celeriac.settings.results import read_results
from celeriac.settings.section import Section
from celeriac.settings.server_model import RabbitmqServer

if TYPE_CHECKING:
    from celeriac.settings.brokers import BrokerDraft
    from celeriac.settings.claims import Claim
    from celeriac.settings.results import ResultsDraft
    from celeriac.settings.server_model import AnyServer

LONGEST_TASK = 30 * 60
"""Seconds of the longest run where nothing is written: RabbitMQ's own consumer timeout."""


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
) -> dict[str, AppDraft]:
    """All apps by name."""
    section = Section(raw, path, problems)
    drafts: dict[str, AppDraft] = {}
    for name in section:
        wrong = app_problem(name)
        if wrong is not None:
            section.problem(wrong, name)
        drafts[name] = _read_app(name, section.child(name), servers, force_destroy=force_destroy)
    return drafts


def _read_app(
    name: str, entry: Section, servers: dict[str, AnyServer | None], *, force_destroy: bool
) -> AppDraft:
    if not entry.is_map:
        return AppDraft(None, ())
    uses = _read_uses(entry.child("uses"))
    broker = read_broker(entry, name, servers)
    results = read_results(entry, name, servers)
    longest_task = entry.get("longestTask", readers.duration(), LONGEST_TASK)
    longest_delay = entry.get("longestDelay", readers.duration(), longest_task)
    prefetch = entry.get("prefetch", readers.whole(1), 1)
    proof = entry.get("proof", readers.switch, default=True)
    force = entry.get("forceDestroy", readers.boolean, default=force_destroy)
    adopt = entry.get("adopt", readers.boolean, default=False)
    entry.refuse("rotation", "is not there yet: leave it out")
    entry.finish()
    _check_pair(entry, servers, broker, results, uses)
    claims = (*broker.claims, *results.claims)
    if broker.broker is None or results.results is None:
        return AppDraft(None, claims)
    app = App(
        name=name,
        broker=broker.broker,
        results=results.results,
        longest_task=longest_task,
        longest_delay=longest_delay,
        prefetch=prefetch,
        uses=uses,
        proof=proof,
        force_destroy=force,
        adopt=adopt,
    )
    return AppDraft(app, claims)


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
    limit = server.max_message_size if isinstance(server, RabbitmqServer) else RABBITMQ_MESSAGE
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
