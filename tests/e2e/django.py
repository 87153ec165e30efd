"""What the end-to-end tests of results through Django have in common."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.celery_app.run import Report, run

PROJECT = Path(__file__).resolve().parents[1] / "django_project"


def environment(outputs: Mapping[str, Any]) -> dict[str, str]:
    """That of a container of the app: a Django project, and what the stack hands out."""
    return {
        **outputs["env"],
        "DJANGO_SETTINGS_MODULE": "project_settings",
        "PYTHONPATH": str(PROJECT),
    }


def checked(outputs: Mapping[str, Any]) -> Report:
    """All checks of a real Celery, with the Django project around it."""
    return run(environment(outputs))


def in_project(outputs: Mapping[str, Any], script: str) -> Any:
    """What a script says, as JSON, that runs in the project with Celery's app as `app`."""
    begin = (
        "import json\n"
        "import django\n"
        "django.setup()\n"
        "from celery import Celery\n"
        "app = Celery('t')\n"
        "app.config_from_object('django.conf:settings', namespace='CELERY')\n"
        "def say(value): print(json.dumps(value))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", begin + script],
        env={"PATH": os.environ["PATH"], **environment(outputs)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


REFUSED = """
from django.db import connections, utils
try:
    connections['celery'].cursor().execute({statement!r})
    say('done')
except utils.DatabaseError as error:
    say(str(error))
"""
"""A statement as the app's own user, with what the stack hands out."""
