"""What a new shop starts with: the tree of topics, and the sample knowledge and products of the demo shop."""

from kb.defaults.categories import CATEGORY_PATHS, create_categories
from kb.defaults.flows import install_flows
from kb.defaults.install import install_samples
from kb.defaults.products import SAMPLE_PRODUCTS
from kb.defaults.samples import SAMPLE_ENTRIES

__all__ = [
    "CATEGORY_PATHS",
    "SAMPLE_ENTRIES",
    "SAMPLE_PRODUCTS",
    "create_categories",
    "install_flows",
    "install_samples",
]
