"""Start what a container's definition says: {"command": …, "environment": …} as JSON on stdin.

This stands in for the container runtime. The environment arrives over a pipe, so that no secret
is written to a file or shown in a list of processes.
"""

import json
import os
import sys

definition = json.load(sys.stdin)
command = definition["command"]
os.execvpe(command[0], command, {**os.environ, **definition["environment"]})  # noqa: S606 - its purpose
