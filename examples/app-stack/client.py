"""A client: sends tasks and prints their results."""

import time

from celery import chord
from tasks import charge, email, receipt, total

WAIT = 60

print("total:    ", total.delay({"book": 30, "pen": 12}).get(timeout=WAIT))
print("email:    ", email.delay("jane@example.com", "thank you").get(timeout=WAIT))
print("retry:    ", charge.delay(42).get(timeout=WAIT))
started = time.monotonic()
later = total.apply_async(({"tea": 5},), countdown=2)
print("countdown:", later.get(timeout=WAIT), f"after {time.monotonic() - started:.0f} s")
parts = [total.s({"book": 30}), email.s("joe@example.com", "your receipt")]
print("chord:    ", chord(parts, receipt.s()).apply_async().get(timeout=WAIT))
