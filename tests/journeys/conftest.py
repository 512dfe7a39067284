"""The option that records the conversations anew; the result is reviewed as a diff."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-transcripts`."""
    parser.addoption(
        "--update-transcripts", action="store_true", help="write the replies of now into the recorded conversations"
    )
