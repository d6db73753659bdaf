"""Messaging platforms, each behind the contract of `base`. Importing this package makes them known."""

from conversations.adapters import generic, wechat
from conversations.adapters.base import adapter_of, capabilities_of

__all__ = ["adapter_of", "capabilities_of", "generic", "wechat"]
