"""A served installation, for what documents say of the API."""

from tests.web.conftest import serve

__all__ = ["serve"]
