"""What a new shop starts with: intents with examples, rules, strategies and hours."""

from routing.defaults.install import install_defaults
from routing.defaults.rows import DEFAULT_STRATEGY, OFFICE_HOURS_NAME

__all__ = ["DEFAULT_STRATEGY", "OFFICE_HOURS_NAME", "install_defaults"]
