"""DingTalk group robot (open.dingtalk.com, “自定义机器人”)."""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import quote_plus

from cs_platform.models import NoticeTarget
from cs_platform.notify.contract import Notice, NoticeFailed, post_json

TEXT_CHARACTERS_MAX = 4000
TOO_MANY = 130101  # 20 a minute, then silence for ten
TOO_MANY_WAIT_SECONDS = 600.0
BUSY = -1


def send(target: NoticeTarget, notice: Notice) -> None:
    """Post a text. Raises `NoticeFailed`."""
    url = target.address
    if target.secret:
        timestamp = int(time.time() * 1000)
        mark = "&" if "?" in url else "?"
        url += f"{mark}timestamp={timestamp}&sign={quote_plus(sign(target.secret, timestamp))}"
    body = {"msgtype": "text", "text": {"content": notice.lines[:TEXT_CHARACTERS_MAX]}}
    answer = post_json(url, json.dumps(body, ensure_ascii=False).encode())
    code = answer.get("errcode")
    if code == 0:
        return
    reason = f"{code}: {str(answer.get('errmsg', ''))[:200]}"
    if code == TOO_MANY:
        raise NoticeFailed(reason, wait_seconds=TOO_MANY_WAIT_SECONDS)
    raise NoticeFailed(reason, is_permanent=code != BUSY)


def sign(secret: str, timestamp: int) -> str:
    """Base64 of HMAC-SHA256 with the secret as the key, over “milliseconds newline secret”."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
