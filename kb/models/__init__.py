"""Knowledge: categories, entries, products and what the search keeps of them."""

from kb.models.category import Category
from kb.models.entry import Entry
from kb.models.product import Product
from kb.models.search_state import KnowledgeVersion, Vector

__all__ = ["Category", "Entry", "KnowledgeVersion", "Product", "Vector"]
