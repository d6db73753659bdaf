"""URLs of the whole product."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from cs_platform.account import ChangePassword, account, second_factor
from cs_platform.admin.condition import health_page
from cs_platform.admin.presets import presets_page
from cs_platform.health import healthz, readyz
from cs_platform.login import LogIn, back_office_log_in, code_step
from cs_platform.metrics import metrics

urlpatterns = [
    path("", include("conversations.urls")),
    path("", include("marketing.urls")),
    path("api/", include("cs_platform.api.urls")),
    path("admin/login/", back_office_log_in),
    path("admin/presets/", admin.site.admin_view(presets_page), name="presets"),
    path("admin/health/", admin.site.admin_view(health_page), name="health"),
    path("admin/reports/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("login/", LogIn.as_view(), name="login"),
    path("login/code/", code_step, name="login-code"),
    path("account/", account, name="account"),
    path("account/password/", ChangePassword.as_view(), name="account-password"),
    path("account/second-factor/", second_factor, name="second-factor"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("readyz", readyz, name="readyz"),
]
handler500 = "cs_platform.error_pages.server_error"
