"""The provider protocol, for any resource: nothing is made."""

# ruff: noqa: N802 - the protocol names its methods

from __future__ import annotations

import json
from typing import Any

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

_DIFF = provider_pb2.DiffResponse
_VERSION = "999.0.0"
"""Later than whatever a package asks for."""


class Nothing(provider_pb2_grpc.ResourceProviderServicer):
    """Takes whatever it is given, and makes nothing.

    Args:
        provider: the name of the provider that it stands for.
    """

    def __init__(self, provider: str) -> None:
        self.name = f"a test's STAND-IN for the {provider} plugin, which makes nothing"
        self._provider = provider

    def Handshake(self, request: Any, context: Any) -> provider_pb2.ProviderHandshakeResponse:
        """Agree on the protocol's options."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """A version that no plugin has."""
        return plugin_pb2.PluginInfo(version=_VERSION)

    def GetSchema(self, request: Any, context: Any) -> provider_pb2.GetSchemaResponse:
        """A schema that says what this is, and describes nothing."""
        schema = {"name": self._provider, "version": _VERSION, "description": self.name}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        """There is nothing under way."""
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Anything goes."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """No configuration makes a difference."""
        return _DIFF(changes=_DIFF.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        """Nothing to configure."""
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Anything goes."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Whatever is written otherwise is an update."""
        same = request.old_inputs == request.news
        return _DIFF(changes=_DIFF.DIFF_NONE if same else _DIFF.DIFF_SOME)

    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        """Make nothing, under the name of the resource."""
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        name = request.urn.rpartition("::")[2]
        properties = struct_pb2.Struct()
        properties.CopyFrom(request.properties)
        properties.fields["arn"].string_value = f"arn:nothing:{name}"
        return provider_pb2.CreateResponse(id=name, properties=properties)

    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        """Change nothing."""
        return provider_pb2.UpdateResponse(properties=request.news)

    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """All that there is was in the state."""
        return provider_pb2.ReadResponse(
            id=request.id, properties=request.properties, inputs=request.inputs
        )

    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        """There is nothing to delete."""
        return empty_pb2.Empty()
