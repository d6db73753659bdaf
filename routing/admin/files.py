"""Import and export on a page of the back office, as everywhere."""

from cs_platform.admin.files import WithFiles

__all__ = ["WithFiles"]
