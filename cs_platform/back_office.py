"""How the back office looks: its name and its colours."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from cs_platform.sidebar import navigation_of

BACK_OFFICE: dict[str, Any] = {
    "SITE_TITLE": _("Customer service"),
    "SITE_HEADER": _("Customer service"),
    "SITE_SYMBOL": "support_agent",
    "SITE_URL": "/console/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "ACCOUNT": {"navigation": [{"title": _("My log-in"), "link": reverse_lazy("account")}]},
    "DASHBOARD_CALLBACK": "reports.home.dashboard",
    "STYLES": [lambda request: static("cs_platform/backoffice.css")],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("cs_platform/icon.svg")}],
    "SCRIPTS": [
        lambda request: static("cs_platform/backoffice.js"),
        lambda request: static("cs_platform/names.js"),
    ],
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
        "navigation": navigation_of,
    },
}
