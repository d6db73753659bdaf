"""Puts the sample knowledge and products of the demo shop into an empty database."""

from django.db import transaction

from kb.categories import ensure_paths, split_path
from kb.defaults.products import SAMPLE_PRODUCTS
from kb.defaults.samples import SAMPLE_ENTRIES
from kb.models import Entry, Product
from kb.services import announce_change, question_key


def install_samples() -> int:
    """Store the samples unless the shop already has knowledge of any kind; returns how many entries were made."""
    if Entry.objects.exists():
        return 0
    with transaction.atomic():
        categories = ensure_paths(sample.category for sample in SAMPLE_ENTRIES)
        Entry.objects.bulk_create(
            Entry(
                question=sample.question,
                question_key=question_key(sample.question),
                variants="\n".join(sample.variants),
                answer=sample.answer,
                related="\n".join(sample.related),
                handoff=sample.handoff,
                is_verbatim=sample.is_verbatim,
                category=categories[split_path(sample.category)],
                status=Entry.Status.PUBLISHED,
                is_sample=True,
            )
            for sample in SAMPLE_ENTRIES
        )
        _install_products()
        announce_change()
    return len(SAMPLE_ENTRIES)


def _install_products() -> None:
    if not Product.objects.exists():
        Product.objects.bulk_create(Product(**product._asdict(), is_sample=True) for product in SAMPLE_PRODUCTS)
