"""REST resources of knowledge: a file per noun, each registers itself."""

from kb.api import categories, entries, flows, pending

__all__ = ["categories", "entries", "flows", "pending"]
