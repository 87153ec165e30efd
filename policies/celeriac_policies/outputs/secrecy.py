"""No credential is exported in clear."""

from __future__ import annotations

from collections.abc import Iterator

from celeriac_policies.outputs.credentials import credential
from celeriac_policies.outputs.settings import ROOT
from celeriac_policies.resource import Stack
from celeriac_policies.rule import Settings, Severity, Violation, stack_rule
from celeriac_policies.values import in_clear


@stack_rule(
    name="outputs-credentials-secret",
    description="An output with a credential in it is a secret.",
    severity=Severity.CRITICAL,
    reads=(ROOT,),
    steps="Export pulumi.Output.secret(value), or what a resource already hands out as secret.",
    url="https://www.pulumi.com/docs/iac/concepts/secrets/",
)
def credentials_are_secret(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Outputs in clear are read by everybody who may read the stack, and stay in its history."""
    for path, text in in_clear(stack.outputs):
        found = credential(path, text)
        if found is not None:
            yield Violation(
                f"the output {path} is {found} and is exported in clear: make it a secret with "
                f"pulumi.Output.secret(…), and change the credential if the stack was ever up"
            )
