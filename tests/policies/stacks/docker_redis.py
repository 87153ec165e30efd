"""A Redis in a container, as the first page of a tutorial has it."""

import pulumi


class Container(pulumi.CustomResource):
    """A container, without the package pulumi_docker."""

    def __init__(self, name: str, **props: object) -> None:
        super().__init__("docker:index/container:Container", name, props)


Container("redis", image="redis", ports=[{"internal": 6379, "external": 6379}])
