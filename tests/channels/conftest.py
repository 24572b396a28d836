"""Shows what the conformance suite compared when a promise is not kept, as in any test file."""

import pytest

pytest.register_assert_rewrite("tests.channels.promises", "tests.channels.conformance")
