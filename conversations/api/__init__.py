"""REST resources of conversations: a file per noun, each registers itself."""

from conversations.api import orders, tickets

__all__ = ["orders", "tickets"]
