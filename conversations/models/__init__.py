"""Customers, their conversations and every message of them."""

from conversations.models.conversation import Conversation
from conversations.models.customer import Customer, CustomerIdentity
from conversations.models.message import Message
from conversations.models.rating import Rating

__all__ = ["Conversation", "Customer", "CustomerIdentity", "Message", "Rating"]
