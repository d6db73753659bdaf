"""REST resources of marketing: a file per noun, each registers itself."""

from marketing.api import broadcasts, leads

__all__ = ["broadcasts", "leads"]
