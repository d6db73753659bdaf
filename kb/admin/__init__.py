"""Back office of knowledge: entries with import and export, topics as a tree, products, what is missing."""

from kb.admin.category import CategoryAdmin
from kb.admin.entry import EntryAdmin
from kb.admin.gap import GapAdmin
from kb.admin.product import ProductAdmin

__all__ = ["CategoryAdmin", "EntryAdmin", "GapAdmin", "ProductAdmin"]
