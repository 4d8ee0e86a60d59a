"""A plugin that fails as it is imported."""

raise RuntimeError("the vendor's library is missing")
