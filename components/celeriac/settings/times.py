"""How long an app's tasks run and wait, and the visibility timeout that follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celeriac import durations
from celeriac.contract import SQS_LONGEST, sqs_visibility_timeout, visibility_timeout
from celeriac.settings import readers
from celeriac.settings.problems import below

if TYPE_CHECKING:
    from celeriac.settings.section import Section

LONGEST_TASK = 30 * 60
"""Seconds of the longest run where nothing is written: RabbitMQ's own consumer timeout."""
_ELSEWHERE = (
    "split the task, write a shorter longestDelay or a smaller prefetch, or put the broker on a "
    "rabbitmq or redis server"
)


@dataclass(frozen=True, kw_only=True)
class Times:
    """What every timeout of an app is made from."""

    longest_task: int
    """Seconds of its longest run."""
    longest_delay: int
    """Seconds of its longest ETA, countdown or retry."""
    prefetch: int
    """Messages delivered ahead per process."""
    known: bool = True
    """Whether all are as written; otherwise nothing can be said about what follows from them."""
    path: str
    """Path of the app's entry."""

    @property
    def needed(self) -> int:
        """Seconds that a visibility timeout must be at least."""
        return visibility_timeout(
            longest_task=self.longest_task,
            longest_delay=self.longest_delay,
            prefetch=self.prefetch,
        )

    def __str__(self) -> str:
        """As a sentence has them."""
        return (
            f"longestTask {durations.text(self.longest_task)}, longestDelay "
            f"{durations.text(self.longest_delay)} and prefetch {self.prefetch}"
        )


def read_times(entry: Section) -> Times:
    """The times in an app's entry."""
    longest_task = entry.get("longestTask", readers.duration(), LONGEST_TASK)
    longest_delay = entry.get("longestDelay", readers.duration(), longest_task)
    prefetch = entry.get("prefetch", readers.whole(1), 1)
    return Times(
        longest_task=longest_task,
        longest_delay=longest_delay,
        prefetch=prefetch,
        known=not {"longestTask", "longestDelay", "prefetch"} & entry.wrong,
        path=entry.path,
    )


def read_visibility_timeout(broker: Section, times: Times) -> int | None:
    """The visibility timeout that is written, which must be above the longest wait."""
    found = broker.get("visibilityTimeout", readers.duration(), None)
    # What cannot be on SQS anyway has one problem, and it is not this one.
    if found is not None and times.known and found < times.needed:
        broker.problem(
            f"is {_text(found)}, and {times} need {_text(times.needed)}: tasks would be delivered "
            f"again while they run, so write at least {durations.text(times.needed)}, or leave it "
            "out",
            "visibilityTimeout",
        )
    return found


def read_sqs_visibility_timeout(broker: Section, times: Times, queues: int) -> int:
    """The same on SQS, which has a limit; where nothing is written, what the times need."""
    if times.known and times.needed > SQS_LONGEST:
        broker.get("visibilityTimeout", readers.duration(), None)
        broker.problems.append(
            f"{below(times.path, 'longestTask')}: is {durations.text(times.longest_task)}, and "
            f"{times} need a visibility timeout of {_text(times.needed)}, where SQS takes at most "
            f"{_text(SQS_LONGEST)}: {_ELSEWHERE}"
        )
        return SQS_LONGEST
    found = read_visibility_timeout(broker, times)
    if found is not None and found > SQS_LONGEST:
        broker.problem(
            f"is {_text(found)}, and SQS takes at most {_text(SQS_LONGEST)}: write less, and if "
            f"tasks need more, {_ELSEWHERE}",
            "visibilityTimeout",
        )
    # What many queues would need besides is cut off at what SQS takes.
    return found or min(
        SQS_LONGEST,
        sqs_visibility_timeout(
            longest_task=times.longest_task,
            longest_delay=times.longest_delay,
            prefetch=times.prefetch,
            queues=queues,
        ),
    )


def _text(seconds: int) -> str:
    return f"{durations.text(seconds)} ({seconds} s)"
