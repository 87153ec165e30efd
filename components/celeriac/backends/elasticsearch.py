"""An app's results in Elasticsearch: an index that is there before the first result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import CLEANUP, elasticsearch_settings, elasticsearch_url
from celeriac.parts import ResultsPart
from celeriac.resources import elasticsearch

if TYPE_CHECKING:
    from celeriac.servers.existing_elasticsearch import ElasticsearchServer

DAY = 86_400


class ElasticsearchResults(pulumi.ComponentResource):
    """An index with its mapping; what has expired in it is deleted by `celeriac-cleanup`.

    Users and roles are not made: give one that is there, with rights on the index only (create,
    index, read, delete; docs/stores.md has the role).

    Args:
        name: the app's name: of the component, and of the index unless it is given.
        server: the Elasticsearch it lies on.
        index: name of the index.
        username: the app's user. Default: nobody logs in.
        password: its password.
        replicas: copies of the index beside the first. Default: 1.
        expires: seconds after which the cleanup deletes a result; None for never. Default: a day.
        force_destroy: whether it may be deleted with results in it.
        adopt: whether an index that exists already is taken over.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        server: ElasticsearchServer,
        index: str | None = None,
        username: pulumi.Input[str] | None = None,
        password: pulumi.Input[str] | None = None,
        replicas: int = 1,
        expires: int | None = DAY,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        index = index or name
        props = {"index": index, "expires": expires}
        super().__init__("celeriac:index:ElasticsearchResults", name, props, opts)
        self.index = elasticsearch.ResultIndex(
            f"{name}-index",
            name=index,
            replicas=replicas,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=pulumi.ResourceOptions(
                parent=self, provider=server.provider, deleted_with=server.deleted_with
            ),
        )
        url: pulumi.Output[str] = pulumi.Output.all(username, password).apply(
            lambda login: elasticsearch_url(
                host=server.host,
                port=server.port,
                tls=server.tls,
                index=index,
                user=login[0],
                password=login[1],
            )
        )
        self.part = ResultsPart(
            kind="elasticsearch",
            url=url if username is None else pulumi.Output.secret(url),
            settings=pulumi.Output.from_input(elasticsearch_settings(expires=expires)),
            expires=expires,
            made=[self.index],
            ca=None,
            via=server.via,
            outputs={}
            if expires is None
            else {"cleanup_command": pulumi.Output.from_input(CLEANUP)},
        )
        self.register_outputs({"url": self.part.url})
