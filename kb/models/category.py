"""The tree of topics: up to three levels."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

LEVELS_MAX = 3
PATH_SEPARATOR = "/"


class Category(TreeNode):
    """One topic, such as 售后服务 › 退货流程 › 7天无理由退货."""

    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="category_name_once_per_parent"),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(parent__isnull=True),
                name="category_name_once_at_the_top",
                violation_error_message=_("There is a category of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.parent is not None and self.parent.ancestors(include_self=True).count() + self._height() > LEVELS_MAX:
            raise ValidationError({"parent": _("Categories have at most three levels.")})

    def _height(self) -> int:
        """The number of levels of this topic and all below it: a branch is moved as a whole."""
        if self.pk is None:
            return 1
        below = self.descendants(include_self=True).with_tree_fields()
        depths = [node.tree_depth for node in below]
        return max(depths) - min(depths) + 1 if depths else 1

    @property
    def path(self) -> str:
        """The names from the root down, joined as in import files: 一级/二级/三级."""
        return PATH_SEPARATOR.join(node.name for node in self.ancestors(include_self=True))
