"""What an app's own stack does with the outputs: no library but Pulumi's.

`env` holds CELERY_BROKER_URL, CELERY_RESULT_BACKEND and CELERY_SETTINGS. It is a secret in the
other stack, and therefore in this one.
"""

import pulumi

config = pulumi.Config()
infrastructure = pulumi.StackReference(config.require("celeriac"))
app = infrastructure.require_output("apps")[config.require("app")]


def container(*command: str) -> dict[str, object]:
    """What a container's definition takes: for ECS, Kubernetes or Docker, or for start.py here."""
    return {"command": list(command), "environment": app["env"]}


pulumi.export("worker", container("celery", "-A", "tasks", "worker", "--loglevel", "INFO"))
pulumi.export("client", container("python", "client.py"))
