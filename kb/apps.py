"""Knowledge: answers questions from text. It knows no conversation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_EVERYTHING = ("view", "add", "change", "delete")
_OWN = ("category", "entry", "flow", "product", "experiment", "goldenquestion", "synonymgroup", "term")


class KbConfig(AppConfig):
    name = "kb"
    verbose_name = _("Knowledge base")
    role_permissions = {
        "manager": [
            *(f"{verb}_{model}" for verb in _EVERYTHING for model in _OWN),
            "publish_entry",
            "view_goldenrun",
            "add_goldenrun",
            "override_gate",
            "view_gap",
            "change_gap",
            "view_proposal",
            "add_proposal",
            "view_historyimport",
            "add_historyimport",
            "view_minedquestion",
            "change_minedquestion",
            "view_lesson",
            "change_lesson",
            "view_setaside",
            "change_setaside",
        ],
        "agent": ["view_category", "view_entry", "view_product", "view_gap", "view_proposal", "add_proposal"],
    }
