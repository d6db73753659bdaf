"""REST: the tree of topics."""

from typing import Any

from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import ApiViewSet, CreateRow, ListRows, RetrieveRow, UpdateRow, Values
from kb.categories import categories_by_path, save_category
from kb.models import Category
from kb.models.category import PATH_SEPARATOR


class CategorySerializer(serializers.ModelSerializer[Category]):
    path = serializers.SerializerMethodField(help_text=_("The names from the top: 一级/二级/三级."))

    class Meta:
        model = Category
        fields = ("id", "name", "parent", "path", "position")

    def get_path(self, category: Category) -> str:
        return self.context["view"].paths.get(category.pk, category.name)


@example({"name": "发票"})
class CategoryInput(serializers.Serializer):
    """A topic; at most three levels."""

    name = serializers.CharField(max_length=60)
    parent = serializers.PrimaryKeyRelatedField(queryset=Category.objects.all(), required=False, allow_null=True)
    position = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)


class CategoryViewSet(ListRows, RetrieveRow, CreateRow, UpdateRow, ApiViewSet):
    """Topics of knowledge in up to three levels; `path` is written as 一级/二级/三级."""

    scope = "knowledge"
    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    input_class = CategoryInput
    filterset_fields = ("parent",)
    ordering = ("id",)

    @cached_property
    def _paths(self) -> dict[int, str]:
        return {category.pk: PATH_SEPARATOR.join(path) for path, category in categories_by_path().items()}

    @property
    def paths(self) -> dict[int, str]:
        return self._paths

    def create_row(self, values: Values) -> Model:
        return self._save(Category(), values)

    def update_row(self, row: Category, values: Values) -> Model:
        return self._save(row, values)

    def _save(self, category: Category, values: Values) -> Category:
        for name, value in values.items():
            setattr(category, name, value)
        return save_category(category)

    def show(self, row: Any, **options: Any) -> Any:
        self.__dict__.pop("_paths", None)  # a write may have moved a branch
        return super().show(row, **options)


router.register("knowledge/categories", CategoryViewSet)
