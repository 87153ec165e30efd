"""An app as Celery is told of it: the same facts wherever they are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from celeriac.contract import visibility_timeout
from celeriac_policies.celery.urls import Address, backend_kind, broker_kind
from celeriac_policies.resource import Resource
from celeriac_policies.values import Properties

APP: Final = "celeriac:index:CeleryApp"
PROOF: Final = "celeriac:celery:RoundTrip"

CELERYS_PREFETCH: Final = 4
"""worker_prefetch_multiplier unless it is set."""


class CeleryConfig(ABC):
    """What an app tells Celery; read piece by piece, because a preview knows some pieces only.

    Args:
        props: where it is written.
    """

    def __init__(self, props: Properties) -> None:
        self._props = props

    @property
    @abstractmethod
    def broker(self) -> str:
        """Kind of the broker: `rabbitmq`, `redis`, `sqs`, or the scheme of another; empty: none."""

    @property
    @abstractmethod
    def backend(self) -> str:
        """Kind of the result backend: `redis`, `postgresql`, `mysql`, `rpc` …; empty: none."""

    @property
    @abstractmethod
    def queue_type(self) -> str | None:
        """Type of the queues on RabbitMQ, where it is said outside of the settings."""

    @property
    @abstractmethod
    def broker_address(self) -> Address | None:
        """Where the broker is, as far as the app's own words say."""

    @property
    @abstractmethod
    def backend_address(self) -> Address | None:
        """Where the results are, as far as the app's own words say."""

    @cached_property
    def settings(self) -> Properties:
        """Celery's settings."""
        return self._props.document("settings")

    @property
    def uses(self) -> Properties:
        """What the app says it needs, where it says so."""
        return self._props.map("uses")

    @property
    def broker_options(self) -> Properties:
        """The setting broker_transport_options."""
        return self.settings.map("broker_transport_options")

    @property
    def backend_options(self) -> Properties:
        """The setting result_backend_transport_options."""
        return self.settings.map("result_backend_transport_options")

    @property
    def ignores_results(self) -> bool:
        """Whether no result is kept at all."""
        return bool(self.settings.get("task_ignore_result", default=False))

    def queue_arguments(self) -> Iterator[tuple[str, Properties]]:
        """The queues of task_queues by name, with the arguments that they are declared with."""
        queues = self.settings.map("task_queues")
        for name in queues:
            yield name, queues.map(name).map("queue_arguments")

    def longest_task(self, given: Mapping[str, Any]) -> int:
        """Seconds of the longest run: as the app says, its time limits, or as the team says."""
        limits = self._annotated("time_limit")
        said = self._props.get("longestTask"), self.settings.get("task_time_limit")
        return _longest(*said, *limits, given.get("longestTask"))

    def longest_delay(self, given: Mapping[str, Any]) -> int:
        """Seconds of the longest ETA, countdown or retry: as the app, its tasks or the team say."""
        delays = *self._annotated("retry_backoff_max"), *self._annotated("default_retry_delay")
        return _longest(self._props.get("longestDelay"), *delays, given.get("longestDelay"))

    @property
    def prefetch(self) -> int:
        """Messages delivered ahead per process."""
        found = self.settings.get("worker_prefetch_multiplier")
        return found if isinstance(found, int) else CELERYS_PREFETCH

    def needed_timeout(self, given: Mapping[str, Any]) -> int:
        """Seconds that a visibility timeout must have, or a task runs twice."""
        return visibility_timeout(
            longest_task=self.longest_task(given),
            longest_delay=self.longest_delay(given),
            prefetch=self.prefetch,
        )

    def _annotated(self, attribute: str) -> list[Any]:
        """An attribute of tasks, wherever task_annotations sets it."""
        tasks = self.settings.map("task_annotations")
        return [tasks.map(name).get(attribute) for name in tasks]


class DeclaredApp(CeleryConfig):
    """A CeleryApp, before it is made: its URLs are not known, what they will be is."""

    @property
    def broker(self) -> str:
        """As declared."""
        return str(self._props.get("broker", ""))

    @property
    def backend(self) -> str:
        """As declared."""
        return str(self._props.get("resultBackend", ""))

    @property
    def queue_type(self) -> str | None:
        """As declared."""
        found: str | None = self._props.get("queueType")
        return found

    @property
    def expires(self) -> int | None:
        """Seconds that its result backend was made for; None for never."""
        found: int | None = self._props.get("expires", None)
        return found

    @property
    def broker_address(self) -> None:
        """Not among what is declared."""

    @property
    def backend_address(self) -> None:
        """Not among what is declared."""


class AddressedApp(CeleryConfig):
    """An app that is known by its URLs: what a stack exports, what a proof runs over.

    Args:
        props: where it is written.
        broker_url: the property with that URL.
        result_backend: the property with that URL.
    """

    def __init__(
        self,
        props: Properties,
        *,
        broker_url: str = "broker_url",
        result_backend: str = "result_backend",
    ) -> None:
        super().__init__(props)
        self._broker_url, self._result_backend = broker_url, result_backend

    @property
    def broker(self) -> str:
        """By the URL's scheme."""
        address = self.broker_address
        return "" if address is None else broker_kind(address.scheme)

    @property
    def backend(self) -> str:
        """By the URL's scheme."""
        address = self.backend_address
        return "" if address is None else backend_kind(address.scheme)

    @property
    def queue_type(self) -> None:
        """The settings alone say it."""

    @property
    def broker_address(self) -> Address | None:
        """As the URL says."""
        return Address.of(self._url(self._broker_url, "broker_url"))

    @property
    def backend_address(self) -> Address | None:
        """As the URL says."""
        return Address.of(self._url(self._result_backend, "result_backend"))

    def _url(self, name: str, setting: str) -> Any:
        """The URL, which may as well be one of the settings."""
        found = self._props.get(name)
        return found if found is not None else self.settings.get(setting)


def config_of(resource: Resource) -> CeleryConfig:
    """The app that a CeleryApp or its proof speaks of."""
    if resource.type == PROOF:
        return AddressedApp(resource.props, broker_url="brokerUrl", result_backend="resultBackend")
    return DeclaredApp(resource.props)


def _longest(*seconds: Any) -> int:
    found = [one for one in seconds if isinstance(one, (int, float))]
    return -int(-max(found, default=0) // 1)
