"""How the back office looks: its name, its colours, and the sidebar in the words of those who use it.

Wiring, like the URLs: it names pages of every app by their address.
"""

from collections.abc import Callable
from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


def _may(permission: str) -> Callable[[Any], bool]:
    return lambda request: request.user.has_perm(permission)


def _page(title: Any, icon: str, name: str, permission: str) -> dict[str, Any]:
    """One line of the sidebar; shown to those who may open it."""
    return {"title": title, "icon": icon, "link": reverse_lazy(name), "permission": _may(permission)}


def _count(path: str) -> Callable[[], int]:
    """A number beside a line; none is shown for 0. Found when it is asked for: settings come before models."""
    return lambda: import_string(path)()


def _owners_page(title: Any, icon: str, name: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(name),
        "permission": lambda request: request.user.is_superuser,
    }


_FLOOR = "admin:cs_platform_{}_changelist"
_ROUTING = "admin:routing_{}_changelist"
_CHATS, _PEOPLE = "admin:conversations_{}_changelist", "admin:cs_platform_user_changelist"
_MARKETING = "admin:marketing_{}_changelist"
BACK_OFFICE: dict[str, Any] = {
    "SITE_TITLE": _("Customer service"),
    "SITE_HEADER": _("Customer service"),
    "SITE_SYMBOL": "support_agent",
    "SITE_URL": "/console/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "DASHBOARD_CALLBACK": "reports.home.dashboard",
    "STYLES": [lambda request: static("cs_platform/backoffice.css")],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("cs_platform/icon.svg")}],
    "SCRIPTS": [lambda request: static("cs_platform/backoffice.js")],
    "COLORS": {
        "primary": {
            "50": "#ecfdf6",
            "100": "#d0f7e6",
            "200": "#a5eed1",
            "300": "#6cdfb8",
            "400": "#34c69a",
            "500": "#14a881",
            "600": "#0f7b5f",
            "700": "#0d644f",
            "800": "#0c5041",
            "900": "#0b4236",
            "950": "#05251f",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "navigation": [
            {
                "items": [
                    {"title": _("Today"), "icon": "today", "link": reverse_lazy("admin:index")},
                    {
                        "title": _("Console"),
                        "icon": "forum",
                        "link": reverse_lazy("console"),
                        "permission": _may("conversations.answer_conversation"),
                    },
                ]
            },
            {
                "title": _("Conversations"),
                "items": [
                    _page(
                        _("All conversations"), "chat", _CHATS.format("conversation"), "conversations.view_conversation"
                    ),
                    _page(_("Search messages"), "search", _CHATS.format("message"), "conversations.view_message"),
                    _page(_("Customers"), "group", _CHATS.format("customer"), "conversations.view_customer"),
                    _page(_("Orders"), "receipt_long", _CHATS.format("order"), "conversations.view_order"),
                    _page(_("Tickets"), "confirmation_number", _CHATS.format("ticket"), "conversations.view_ticket"),
                    _page(
                        _("Time limits for tickets"),
                        "timer",
                        _CHATS.format("tickettarget"),
                        "conversations.view_tickettarget",
                    ),
                    _page(_("Ratings"), "star", _CHATS.format("rating"), "conversations.view_rating"),
                ],
            },
            {
                "title": _("Knowledge"),
                "items": [
                    _page(_("Knowledge entries"), "menu_book", "admin:kb_entry_changelist", "kb.view_entry")
                    | {"active": lambda request: "/kb/entry/" in request.path and "/try" not in request.path},
                    _page(_("Pending knowledge"), "playlist_add", "admin:kb_gap_changelist", "kb.view_gap"),
                    _page(_("Proposals"), "rate_review", "admin:kb_proposal_changelist", "kb.view_proposal"),
                    _page(_("Answer experiments"), "science", "admin:kb_experiment_changelist", "kb.view_experiment"),
                    _page(_("Categories"), "account_tree", "admin:kb_category_changelist", "kb.view_category"),
                    _page(_("Products"), "inventory_2", "admin:kb_product_changelist", "kb.view_product"),
                    _page(_("Try a question"), "psychology_alt", "admin:kb_entry_try_question", "kb.view_entry"),
                ],
            },
            {
                "title": _("Routing"),
                "items": [
                    _page(_("Routing rules"), "alt_route", _ROUTING.format("rule"), "routing.view_rule")
                    | {"active": lambda request: "/routing/rule/" in request.path and "/try" not in request.path},
                    _page(_("Try the rules"), "science", "admin:routing_rule_try_rules", "routing.view_rule"),
                    _page(_("Intents"), "psychology", _ROUTING.format("intent"), "routing.view_intent"),
                    _page(_("Strategies"), "tune", _ROUTING.format("strategy"), "routing.view_strategy"),
                    _page(_("Service hours"), "schedule", _ROUTING.format("schedule"), "routing.view_schedule"),
                    _page(_("Special days"), "event", _ROUTING.format("holiday"), "routing.view_holiday"),
                ],
            },
            {
                "title": _("Marketing"),
                "items": [
                    _page(_("Leads"), "contact_phone", _MARKETING.format("lead"), "marketing.view_lead"),
                    _page(_("Broadcasts"), "campaign", _MARKETING.format("broadcast"), "marketing.view_broadcast"),
                    _page(_("Segments"), "groups", _MARKETING.format("segment"), "marketing.view_segment"),
                    _page(_("Wake-ups and pushes"), "alarm", _MARKETING.format("trigger"), "marketing.view_trigger"),
                    _page(_("Cards"), "id_card", _MARKETING.format("card"), "marketing.view_card"),
                    _page(
                        _("Order notices"),
                        "local_shipping",
                        _MARKETING.format("ordernotice"),
                        "marketing.view_ordernotice",
                    ),
                ],
            },
            {
                "title": _("Reports"),
                "items": [
                    _page(_("Board"), "monitoring", "reports:board", "reports.view_episode"),
                    _page(_("Weekly gap report"), "summarize", "reports:weekly", "reports.view_episode"),
                    _page(
                        _("Service episodes"), "list_alt", "admin:reports_episode_changelist", "reports.view_episode"
                    ),
                ],
            },
            {
                "title": _("Channels and people"),
                "items": [
                    _page(_("Channels"), "hub", "admin:routing_channel_changelist", "routing.view_channel"),
                    _page(_("Who is there"), "support_agent", "admin:routing_agent_changelist", "routing.view_agent"),
                    _page(_("Skill groups"), "groups", _ROUTING.format("skillgroup"), "routing.view_skillgroup"),
                    _page(_("On duty"), "night_shelter", _ROUTING.format("duty"), "routing.view_duty"),
                    _page(
                        _("Escalation"),
                        "stairs",
                        _CHATS.format("escalationstep"),
                        "conversations.view_escalationstep",
                    ),
                    _page(_("People and roles"), "badge", _PEOPLE, "cs_platform.view_user"),
                ],
            },
            {
                "title": _("Integration"),
                "items": [
                    _page(
                        _("Deliveries to platforms"),
                        "forward_to_inbox",
                        _CHATS.format("outbounddelivery"),
                        "conversations.view_outbounddelivery",
                    ),
                    _page(
                        _("Messages from platforms"),
                        "move_to_inbox",
                        _CHATS.format("inboundpayload"),
                        "conversations.view_inboundpayload",
                    ),
                    _page(_("API keys"), "key", _FLOOR.format("apikey"), "cs_platform.view_apikey"),
                    _page(
                        _("Webhook endpoints"),
                        "webhook",
                        _FLOOR.format("webhookendpoint"),
                        "cs_platform.view_webhookendpoint",
                    )
                    | {"badge": _count("cs_platform.admin.webhooks.count_stopped"), "badge_variant": "danger"},
                    _page(
                        _("Webhook deliveries"),
                        "outbox",
                        _FLOOR.format("webhookdelivery"),
                        "cs_platform.view_webhookdelivery",
                    ),
                    _page(_("API documentation"), "menu_book", "api-docs", "cs_platform.view_apikey"),
                ],
            },
            {
                "title": _("System"),
                "items": [
                    _page(
                        _("Notices to colleagues"),
                        "notifications_active",
                        _FLOOR.format("noticetarget"),
                        "cs_platform.view_noticetarget",
                    ),
                    _page(
                        _("Notices sent"),
                        "outgoing_mail",
                        _FLOOR.format("noticedelivery"),
                        "cs_platform.view_noticedelivery",
                    ),
                    _page(
                        _("Audit trail"),
                        "history",
                        _FLOOR.format("auditentry"),
                        "cs_platform.view_auditentry",
                    ),
                    _page(_("Size of the shop"), "straighten", "presets", "cs_platform.change_noticetarget"),
                    _page(_("Health"), "monitor_heart", "health", "cs_platform.view_noticetarget"),
                    _owners_page(_("Failed jobs"), "report", "admin:django_q_failure_changelist"),
                ],
            },
        ],
    },
}
