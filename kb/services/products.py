"""Writes to products. Their names and numbers say what a question is about, so these go through the publish gate."""

from collections.abc import Collection

from cs_platform.models import User
from kb.models import Product
from kb.run_titles import RunTitle
from kb.services.foresight import tried_ahead
from kb.services.gate import guarded
from kb.version import bump_version

NAMING = ("sku", "name")  # what the search reads of a product


@tried_ahead
def save_product(product: Product, *, by: User | None) -> Product:
    """Store a product, new or changed, as the shop's own. Raises `PublishBlocked`."""
    stored = Product.objects.filter(pk=product.pk).values_list(*NAMING).first() if product.pk else None
    is_named_anew = stored != tuple(getattr(product, name) for name in NAMING)
    what = RunTitle(product.name, "product")
    with guarded(by=by, what=what, is_idle=not is_named_anew, is_forced=is_named_anew):
        product.is_sample = False
        product.save()
        bump_version()
    return product


@tried_ahead
def delete_products(products: Collection[Product], *, by: User | None) -> int:
    """Remove products for good; returns how many. Raises `PublishBlocked`."""
    names = ", ".join(product.name for product in products)
    with guarded(by=by, what=RunTitle(names, "product_removed"), is_forced=True):
        _count, rows = Product.objects.filter(pk__in=[product.pk for product in products]).delete()
        bump_version()
    return rows.get(Product._meta.label, 0)
