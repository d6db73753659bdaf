"""Categories by their path, as import files name them: 一级/二级/三级."""

import re
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cs_platform.bulk_rows import take_numbers
from kb.models import Category
from kb.models.category import LEVELS_MAX

Path = tuple[str, ...]

_SEPARATORS = re.compile(r"[/／>›＞]")


def split_path(text: str) -> Path:
    """The levels of a category as written; refuses a fourth level and names that are too long."""
    names = tuple(name.strip() for name in _SEPARATORS.split(text) if name.strip())
    if len(names) > LEVELS_MAX:
        raise ValidationError(
            _("Category “%(path)s” has %(count)s levels; three are possible: write it as 一级/二级/三级.")
            % {"path": text.strip(), "count": len(names)}
        )
    longest = Category._meta.get_field("name").max_length or 0
    if too_long := next((name for name in names if len(name) > longest), None):
        raise ValidationError(
            _("Category name “%(name)s…” is too long; at most %(count)s characters are possible.")
            % {"name": too_long[:20], "count": longest}
        )
    return names


def categories_by_path() -> dict[Path, Category]:
    """Every category under its full path; one query."""
    rows = {category.pk: category for category in Category.objects.all()}
    return {_path_in(rows, category): category for category in rows.values()}


def ensure_paths(paths: Iterable[str | Path]) -> dict[Path, Category]:
    """Every category under its full path, after creating the levels of `paths` that were missing."""
    with transaction.atomic():
        known, missing = plan_paths(paths)
        Category.objects.bulk_create(missing)
    return known


def plan_paths(paths: Iterable[str | Path]) -> tuple[dict[Path, Category], Sequence[Category]]:
    """Every category under its full path, and those of them that are still to be stored: parents first, with their
    numbers."""
    known = categories_by_path()
    wanted = [split_path(path) if isinstance(path, str) else path for path in paths]
    levels = (path[:depth] for depth in range(1, LEVELS_MAX + 1) for path in wanted if len(path) >= depth)
    missing = [path for path in dict.fromkeys(levels) if path not in known]
    last: dict[int | None, int] = dict(Category.objects.order_by().values_list("parent").annotate(Max("position")))
    for path, number in zip(missing, take_numbers(Category, len(missing)), strict=True):
        known[path] = _next_to(known.get(path[:-1]), path[-1], last)
        known[path].pk = number
    return known, [known[path] for path in missing]


def save_category(category: Category) -> Category:
    """Store a new or changed topic; refuses a fourth level and a name that stands there already."""
    if category.pk is None and not category.position:
        last = Category.objects.filter(parent=category.parent).aggregate(last=Max("position"))["last"] or 0
        category.position = last + 10
    category.full_clean()
    category.save()
    return category


def _next_to(parent: Category | None, name: str, last: dict[int | None, int]) -> Category:
    """A new category behind those that its parent has."""
    parent_id = parent.pk if parent else None
    last[parent_id] = last.get(parent_id, 0) + 10  # steps of ten leave room for moving by hand
    return Category(parent=parent, name=name, position=last[parent_id])


def _path_in(rows: dict[int, Category], category: Category) -> Path:
    parent = rows.get(category.parent_id or 0)
    return (*(_path_in(rows, parent) if parent else ()), category.name)
