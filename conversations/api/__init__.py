"""REST resources of conversations: a file per noun, each registers itself."""

from conversations.api import conversations, customers, messages, orders, tickets

__all__ = ["conversations", "customers", "messages", "orders", "tickets"]
