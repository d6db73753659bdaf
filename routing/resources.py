"""Rules, intents and special days as files: what one shop exports, another one imports."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import BooleanWidget, ForeignKeyWidget, IntegerWidget, ManyToManyWidget, TimeWidget, Widget

from cs_platform.file_columns import NeedsItsColumns
from routing.models import Channel, Holiday, Intent, Priority, Rule, Schedule, SkillGroup
from routing.services import announce_intents, announce_rules, save_examples

_YES = {"1", "true", "yes", "on", "是", "开", "启用"}


class YesNo(BooleanWidget):
    """是 / 否 in files; 1, true and yes are understood as well."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        return str(value).strip().lower() in _YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "是" if value else "否"


class Choice(Widget):
    """A choice by its code or by what it is called in either language."""

    def __init__(self, choices: Any) -> None:
        super().__init__()
        self._choices = choices
        self._names: dict[str, Any] = {}
        for language in ("zh-hans", "en"):
            with translation.override(language):
                self._names |= {str(label).lower(): code for code, label in choices.choices}
        self._names |= {str(code).lower(): code for code in choices.values}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value if value is not None else "").strip().lower()
        if not text:
            return 0 if issubclass(self._choices, int) else ""
        if text not in self._names:
            raise ValueError(_("“%(value)s” is none of the choices.") % {"value": value})
        return self._names[text]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self._choices(value).label) if value not in ("", None) else ""


class Named(ForeignKeyWidget):
    """A row by its name; one that does not exist is an error of the line."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Model | None:
        if not value:
            return None
        found = self.model.objects.filter(**{self.field: str(value).strip()}).first()
        if found is None:
            raise ValueError(_("“%(value)s” does not exist here.") % {"value": value})
        return found


class ManyNamed(ManyToManyWidget):
    """Rows by a name each, “|” between them; one that does not exist is an error of the line."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Model]:
        names = [name.strip() for name in str(value or "").split(self.separator) if name.strip()]
        found = {getattr(item, self.field): item for item in self.model.objects.filter(**{f"{self.field}__in": names})}
        if missing := [name for name in names if name not in found]:
            raise ValueError(_("“%(value)s” does not exist here.") % {"value": missing[0]})
        return [found[name] for name in names]


class Lines(Widget):
    """Text as it is; an empty cell is an empty text."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return str(value if value is not None else "").strip()


def _field(name: str, title: str, widget: Any = None) -> Field:
    return Field(attribute=name, column_name=title, widget=widget or Lines())


class RuleResource(NeedsItsColumns, ModelResource):
    """A rule is known by its name."""

    name = _field("name", "名称")
    position = _field("position", "顺序", IntegerWidget())
    is_enabled = _field("is_enabled", "启用", YesNo())
    channels = _field("channels", "渠道", ManyNamed(Channel, separator="|", field="key"))
    hours = _field("hours", "服务时间", Choice(Rule.Hours))
    starts = _field("starts", "时段开始", TimeWidget("%H:%M"))
    ends = _field("ends", "时段结束", TimeWidget("%H:%M"))
    intents = _field("intents", "意图", ManyNamed(Intent, separator="|", field="key"))
    feeling = _field("feeling", "情绪", Choice(Rule.Feeling))
    keywords = _field("keywords", "关键词")
    keyword_match = _field("keyword_match", "关键词匹配", Choice(Rule.Match))
    customer_level = _field("customer_level", "客户等级", Choice(Rule.Level))
    regions = _field("regions", "地区")
    page_contains = _field("page_contains", "页面网址包含")
    waiting_seconds = _field("waiting_seconds", "已等待秒数", IntegerWidget())
    misses = _field("misses", "连续答不上来次数", IntegerWidget())
    entry_category = _field("entry_category", "命中知识的分类")
    answerer = _field("answerer", "由谁接待", Choice(Rule.Answerer))
    reason = _field("reason", "记录的原因", Choice(Rule.Reason))
    group = _field("group", "分配给技能组", Named(SkillGroup, "name"))
    notify_group = _field("notify_group", "通知技能组", Named(SkillGroup, "name"))
    notify_duty = _field("notify_duty", "通知值班人员", YesNo())
    priority = _field("priority", "排队优先级", Choice(Priority))
    tag = _field("tag", "标签")
    is_final = _field("is_final", "命中后停止", YesNo())

    class Meta:
        model = Rule
        import_id_fields = ("name",)
        fields = (
            "name",
            "position",
            "is_enabled",
            "channels",
            "hours",
            "starts",
            "ends",
            "intents",
            "feeling",
            "keywords",
            "keyword_match",
            "customer_level",
            "regions",
            "regions",
            "page_contains",
            "waiting_seconds",
            "misses",
            "entry_category",
            "answerer",
            "reason",
            "group",
            "notify_group",
            "notify_duty",
            "priority",
            "tag",
            "is_final",
        )
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """What must not be empty gets what a new rule has."""
        row["关键词匹配"] = row.get("关键词匹配") or "any"
        row["记录的原因"] = row.get("记录的原因") or "rule"
        row["顺序"] = row.get("顺序") or 0

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        if not kwargs.get("dry_run"):
            announce_rules()


class IntentResource(NeedsItsColumns, ModelResource):
    """An intent is known by its key; its examples stand in one cell, a line each."""

    key = _field("key", "标识")
    name = _field("name", "名称")
    description = _field("description", "说明")
    is_enabled = _field("is_enabled", "启用", YesNo())
    is_counter = _field("is_counter", "仅作反例", YesNo())
    examples = Field(column_name="例句")

    class Meta:
        model = Intent
        import_id_fields = ("key",)
        fields = ("key", "name", "description", "is_enabled", "is_counter", "examples")
        clean_model_instances = True

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("examples")

    def dehydrate_examples(self, intent: Intent) -> str:
        return "\n".join(example.text for example in intent.examples.all())

    def after_save_instance(self, instance: Intent, row: Any, **kwargs: Any) -> None:
        if "例句" not in row:
            return
        try:
            save_examples(instance, str(row["例句"] or "").splitlines())
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        if not kwargs.get("dry_run"):
            announce_intents()


class HolidayResource(NeedsItsColumns, ModelResource):
    """A special day is known by its date and the hours it is for."""

    day = Field(attribute="day", column_name="日期")
    name = _field("name", "名称")
    is_open = _field("is_open", "上班", YesNo())
    starts = _field("starts", "开始", TimeWidget("%H:%M"))
    ends = _field("ends", "结束", TimeWidget("%H:%M"))
    schedule = _field("schedule", "服务时间", Named(Schedule, "name"))

    class Meta:
        model = Holiday
        import_id_fields = ("day", "schedule")
        fields = ("day", "name", "is_open", "starts", "ends", "schedule")
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        if not kwargs.get("dry_run"):
            announce_rules()
