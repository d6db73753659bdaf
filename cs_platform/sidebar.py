"""The sidebar of the back office, in the order of a manager's day and in the words of those who use it.

Wiring, like the URLs: it names pages of every app by their address. What is looked at daily stands open at the top;
what is set up once is folded.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Line = dict[str, Any]
FEW = 14  # lines that are seen at a glance: whoever has no more of them need not unfold anything
Title = str | Promise


def _may(permission: str) -> Callable[[Any], bool]:
    return lambda request: request.user.has_perm(permission)


def _page(title: Title, icon: str, name: str, permission: str) -> Line:
    """One line of the sidebar; shown to those who may open it."""
    return {"title": title, "icon": icon, "link": reverse_lazy(name), "permission": _may(permission)}


def _list(title: Title, icon: str, model: str) -> Line:
    """The list of a model, named as `app.model`."""
    app, name = model.split(".")
    return _page(title, icon, f"admin:{app}_{name}_changelist", f"{app}.view_{name}")


def _owners_list(title: Title, icon: str, name: str) -> Line:
    may_see = {"permission": lambda request: request.user.is_superuser}
    return {"title": title, "icon": icon, "link": reverse_lazy(name), **may_see}


def _but_not(line: Line, part: str, *others: str) -> Line:
    """Highlighted below `part`, except on the pages whose own line says so."""
    is_active = {"active": lambda request: part in request.path and not any(one in request.path for one in others)}
    return line | is_active


def _also(line: Line, *parts: str) -> Line:
    """Highlighted on every page whose address has one of these parts."""
    return line | {"active": lambda request: any(part in request.path for part in parts)}


def _count(path: str) -> Callable[[], int]:
    """A number beside a line; none is shown for 0. Found when it is asked for: settings come before models."""
    return lambda: import_string(path)()


def _folded(title: Title, *lines: Line) -> dict[str, Any]:
    return {"title": title, "collapsible": True, "items": list(lines)}


NAVIGATION: list[dict[str, Any]] = [
    {
        "items": [
            {"title": _("Today"), "icon": "today", "link": reverse_lazy("admin:index")},
            _but_not(
                _page(_("Board"), "monitoring", "reports:board", "reports.view_episode"),
                "/admin/reports/",
                *("/weekly/", "/subscriber/", "/episode/"),
            ),
            _page(_("Console"), "forum", "console", "conversations.answer_conversation"),
        ]
    },
    _folded(
        _("Conversations"),
        _list(_("All conversations"), "chat", "conversations.conversation"),
        _list(_("Search messages"), "search", "conversations.message"),
        _list(_("Tickets"), "confirmation_number", "conversations.ticket"),
        _list(_("Ratings"), "star", "conversations.rating"),
        _list(_("Canned replies"), "quickreply", "conversations.cannedreply"),
        _list(_("Recommended replies"), "recommend", "conversations.suggestion"),
    ),
    _folded(
        _("Customers"),
        _list(_("Customers"), "group", "conversations.customer"),
        _list(_("Orders"), "receipt_long", "conversations.order"),
        _list(_("Leads"), "contact_phone", "marketing.lead"),
    ),
    _folded(
        _("Knowledge"),
        _but_not(_list(_("Knowledge entries"), "menu_book", "kb.entry"), "/kb/entry/", "/try"),
        _list(_("Pending knowledge"), "playlist_add", "kb.gap"),
        _list(_("Proposals"), "rate_review", "kb.proposal"),
        _list(pgettext_lazy("trees", "Decision trees"), "account_tree", "kb.flow"),
        _list(_("Questions of the history"), "query_stats", "kb.minedquestion"),
        _list(_("History imports"), "history_edu", "kb.historyimport"),
        _list(_("Categories"), "category", "kb.category"),
        _list(_("Products"), "inventory_2", "kb.product"),
    ),
    _folded(
        _("Answer quality"),
        _page(_("Try a question"), "psychology_alt", "admin:kb_entry_try_question", "kb.view_entry"),
        _list(_("What is missing"), "rule", "kb.setaside"),
        _list(_("Lessons from customers"), "school", "kb.lesson"),
        _list(_("Golden questions"), "verified", "kb.goldenquestion"),
        _list(_("Test runs"), "fact_check", "kb.goldenrun"),
        _list(_("Answer experiments"), "labs", "kb.experiment"),
        _list(_("Synonyms"), "join_inner", "kb.synonymgroup"),
        _list(_("Special words"), "spellcheck", "kb.term"),
    ),
    _folded(
        _("Routing"),
        _but_not(_list(_("Routing rules"), "alt_route", "routing.rule"), "/routing/rule/", "/try"),
        _page(_("Try the rules"), "science", "admin:routing_rule_try_rules", "routing.view_rule"),
        _list(_("Intents"), "psychology", "routing.intent"),
        _list(_("Strategies"), "tune", "routing.strategy"),
        _list(_("Service hours"), "schedule", "routing.schedule"),
        _list(_("Special days"), "event", "routing.holiday"),
        _list(_("Escalation"), "stairs", "conversations.escalationstep"),
        _list(_("Time limits for tickets"), "timer", "conversations.tickettarget"),
    ),
    _folded(
        _("Marketing"),
        _also(_list(_("Broadcasts"), "campaign", "marketing.broadcast"), "/marketing/broadcast"),
        _list(_("Segments"), "filter_alt", "marketing.segment"),
        _list(_("Wake-ups and pushes"), "alarm", "marketing.trigger"),
        _list(_("Cards"), "id_card", "marketing.card"),
        _also(_list(_("Order notices"), "local_shipping", "marketing.ordernotice"), "/marketing/ordernotice"),
    ),
    _folded(
        _("Reports"),
        _also(
            _page(_("Weekly gap report"), "summarize", "reports:weekly", "reports.view_episode"),
            *("/reports/weekly/", "/reports/subscriber/"),
        ),
        _list(_("Service episodes"), "list_alt", "reports.episode"),
    ),
    _folded(
        _("People and channels"),
        _list(_("Channels"), "hub", "routing.channel"),
        _list(_("Who is there"), "support_agent", "routing.agent"),
        _list(_("Skill groups"), "groups", "routing.skillgroup"),
        _list(_("On duty"), "night_shelter", "routing.duty"),
        _list(_("People and roles"), "badge", "cs_platform.user"),
    ),
    _folded(
        _("Integration"),
        _list(_("API keys"), "key", "cs_platform.apikey"),
        _list(_("Webhook endpoints"), "webhook", "cs_platform.webhookendpoint")
        | {"badge": _count("cs_platform.admin.webhooks.count_stopped"), "badge_variant": "danger"},
        _list(_("Webhook deliveries"), "outbox", "cs_platform.webhookdelivery"),
        _list(_("Deliveries to platforms"), "forward_to_inbox", "conversations.outbounddelivery"),
        _list(_("Messages from platforms"), "move_to_inbox", "conversations.inboundpayload"),
        _page(_("API documentation"), "developer_guide", "api-docs", "cs_platform.view_apikey"),
    ),
    _folded(
        _("System"),
        _page(_("Health"), "monitor_heart", "health", "cs_platform.view_noticetarget"),
        _list(_("Notices to colleagues"), "notifications_active", "cs_platform.noticetarget"),
        _list(_("Notices sent"), "outgoing_mail", "cs_platform.noticedelivery"),
        _list(_("Events on their way"), "pending_actions", "cs_platform.outboxitem"),
        _list(_("Audit trail"), "history", "cs_platform.auditentry"),
        _page(_("Size of the shop"), "straighten", "presets", "cs_platform.change_noticetarget"),
        _owners_list(_("Failed jobs"), "report", "admin:django_q_failure_changelist"),
    ),
]


def navigation_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar of this person: folded for a manager with forty lines, open for an integrator with a dozen."""
    lines = [line for group in NAVIGATION for line in group["items"]]
    is_short = sum(_is_offered(line, request) for line in lines) <= FEW
    return [{**group, "collapsible": False} for group in NAVIGATION] if is_short else NAVIGATION


def _is_offered(line: Line, request: HttpRequest) -> bool:
    return "permission" not in line or bool(line["permission"](request))
