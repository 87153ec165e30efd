"""A role for the app that may do everything, by pulumi_postgresql."""

import pulumi


class Resource(pulumi.CustomResource):
    """A resource of pulumi_postgresql, without the package."""

    def __init__(self, kind: str, named: str, /, **props: object) -> None:
        module = kind[0].lower() + kind[1:]
        super().__init__(f"postgresql:index/{module}:{kind}", named, props, opts)


provider = pulumi.ProviderResource(
    "postgresql", "db", {"host": "db.example.com", "sslmode": "disable"}
)
opts = pulumi.ResourceOptions(provider=provider)
Resource("Role", "app", name="app", login=True, superuser=True, password="postgres")
Resource("Database", "results", name="results", owner="app")
Resource("Grant", "app", database="results", role="app", objectType="database", privileges=["ALL"])
