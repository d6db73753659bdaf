"""REST resources of knowledge: a file per noun, each registers itself."""

from kb.api import categories, entries, pending

__all__ = ["categories", "entries", "pending"]
