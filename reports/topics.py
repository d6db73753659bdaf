"""Categories by the branch that they stand in: tables show the first level, each with all below it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from kb.models import Category
from reports.totals import Totals

Named = tuple[int, str, Totals]  # 0 stands for “no category”


def name_categories(found: Mapping[int | None, Totals]) -> list[Named]:
    """Sums by category become sums by first-level category, the largest first, those without one last."""
    roots, names = roots_of_categories()
    branches: dict[int, list[Totals]] = defaultdict(list)
    for pk, totals in found.items():
        branches[roots.get(pk or 0, 0)].append(totals)
    added = {pk: Totals.added(many) for pk, many in branches.items()}
    order = sorted(added, key=lambda pk: (pk == 0, -added[pk]["conversations"]))
    return [(pk, names.get(pk, _("Without category")), added[pk]) for pk in order]


def category_names() -> dict[int, str]:
    """Every category by its full path."""
    rows = _rows()
    names = {pk: name for pk, _parent, name in rows}
    parents = {pk: parent for pk, parent, _name in rows}

    def path(pk: int) -> str:
        parent = parents[pk]
        return f"{path(parent)} › {names[pk]}" if parent in names else names[pk]

    return {pk: path(pk) for pk in names}


def first_level() -> list[tuple[int, str]]:
    return [(pk, name) for pk, parent, name in _rows() if parent is None]


def roots_of_categories() -> tuple[dict[int, int], dict[int, str]]:
    rows = _rows()
    parents = {pk: parent for pk, parent, _name in rows}

    def root(pk: int) -> int:
        parent = parents.get(pk)
        return root(parent) if parent is not None else pk

    return {pk: root(pk) for pk in parents}, {pk: name for pk, _parent, name in rows}


def _rows() -> Iterable[tuple[int, int | None, str]]:
    return list(Category.objects.order_by("position", "pk").values_list("pk", "parent_id", "name"))
