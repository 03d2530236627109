"""The conformance tests of connectors: every declared capability is proven, nothing undeclared is relied on.

A connector's own test file has a harness, which says how people work in the system and how it misbehaves, and one class::

    class TestAcme(ConnectorTests):
        harness_type = AcmeHarness

Connectors with a sandbox start from `SandboxHarness`. Which tests there are follows from the declared `Capabilities` and from what
kinds of columns the object has; `test_the_harness_can_show_all_that_is_declared` sees to it that nothing is left out quietly.
"""

import pytest

pytest.register_assert_rewrite(
    *(
        f"{__name__}.{module}"
        for module in (
            "changes", "creating", "declaring", "finding", "harness", "paging", "reader", "travelling", "trouble", "updating",
        )
    )
)  # fmt: skip

from synchub.testing.conformance.harness import Columns, Harness  # noqa: E402 - asserts are rewritten from here on
from synchub.testing.conformance.reader import Pulled, Reader  # noqa: E402
from synchub.testing.conformance.sandboxed import SandboxHarness  # noqa: E402
from synchub.testing.conformance.suite import ConnectorTests  # noqa: E402

__all__ = ["Columns", "ConnectorTests", "Harness", "Pulled", "Reader", "SandboxHarness"]
