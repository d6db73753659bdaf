"""The strategies, service hours and rules that a new shop starts with. Its manager changes them at will."""

from dataclasses import dataclass, field
from datetime import time
from typing import Any

OFFICE_HOURS_NAME = "工作日 9:00–18:00"
OFFICE_HOURS = (time(9), time(18))
DEFAULT_STRATEGY = "AI 优先"

# Name and who answers first.
STRATEGIES = (
    (DEFAULT_STRATEGY, "ai_first"),
    ("人工优先", "person_first"),
    ("VIP 人工优先", "vip_person_first"),
    ("AI 优先，非工作时间留资", "ai_and_card"),
    ("仅人工", "person_only"),
)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with its intents by key."""

    name: str
    intents: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)


RULES = (
    RuleRow(
        "服务时间外的紧急事项通知值班",
        ("complaint", "refund_overdue", "quality_problem"),
        {"hours": "outside", "notify_duty": True, "priority": 2},
    ),
    RuleRow("非常生气的客户优先", (), {"feeling": "strong", "priority": 2, "tag": "情绪激动", "notify_duty": True}),
    RuleRow(
        "投诉转人工",
        ("complaint",),
        {"answerer": "person", "reason": "complaint", "priority": 2, "tag": "投诉"},
    ),
    RuleRow(
        "退款未到账转人工",
        ("refund_overdue",),
        {"answerer": "person", "reason": "refund_overdue", "priority": 1, "tag": "退款未到账"},
    ),
    RuleRow(
        "质量问题转人工",
        ("quality_problem",),
        {"answerer": "person", "reason": "quality_problem", "priority": 1, "tag": "质量问题"},
    ),
    RuleRow("VIP 客户优先排队", (), {"customer_level": "vip", "priority": 1}),
    RuleRow(
        "结算页的客户优先接待",
        (),
        {"page_contains": "/checkout", "priority": 1, "tag": "结算页", "is_enabled": False},
    ),
)
