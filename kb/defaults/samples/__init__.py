"""The sample knowledge of the demo shop 青禾生活馆, a file per topic: what every shop is asked, as people type it."""

from kb.defaults.samples.after_sales import AFTER_SALES
from kb.defaults.samples.delivery import DELIVERY
from kb.defaults.samples.entry import SampleEntry
from kb.defaults.samples.orders import ORDERS
from kb.defaults.samples.products import PRODUCTS
from kb.defaults.samples.using import USING

SAMPLE_ENTRIES = (*DELIVERY, *AFTER_SALES, *ORDERS, *PRODUCTS, *USING)

__all__ = ["SAMPLE_ENTRIES", "SampleEntry"]
