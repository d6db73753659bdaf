"""Back office pages of the floor: people, notices, what was done, jobs that failed."""

from cs_platform.admin import audit, notices, people

__all__ = ["audit", "notices", "people"]
