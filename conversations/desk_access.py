"""Who may be at the console, and in which language the console is."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from cs_platform.models import User

ANSWER_PERMISSION = "conversations.answer_conversation"


def language_of(scope: Mapping[str, Any]) -> str:
    """The language that the console's page was opened in; it names it in the socket's address."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language", [""])[0]
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def may_still_answer(session_key: str, user_id: int) -> bool:
    """Neither logged out nor given another password, and the account neither disabled nor without the role."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or session.get(SESSION_KEY) != str(user_id):
        return False
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    is_same_log_in = any(constant_time_compare(session.get(HASH_SESSION_KEY, ""), one) for one in hashes)
    return is_same_log_in and user.has_perm(ANSWER_PERMISSION)
