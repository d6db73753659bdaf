"""Feishu group robot (open.feishu.cn, “自定义机器人使用指南”)."""

import base64
import hashlib
import hmac
import json
import time

from cs_platform.models import NoticeTarget
from cs_platform.notify.contract import Notice, NoticeFailed, post_json

TEXT_CHARACTERS_MAX = 4000
TOO_MANY = (9499, 11232)  # 100 a minute, 5 a second
TOO_MANY_WAIT_SECONDS = 15.0


def send(target: NoticeTarget, notice: Notice) -> None:
    """Post a text. Raises `NoticeFailed`."""
    body: dict[str, object] = {"msg_type": "text", "content": {"text": notice.lines[:TEXT_CHARACTERS_MAX]}}
    if target.secret:
        timestamp = int(time.time())
        body = {"timestamp": str(timestamp), "sign": sign(target.secret, timestamp), **body}
    answer = post_json(target.address, json.dumps(body, ensure_ascii=False).encode())
    code = answer.get("code", answer.get("StatusCode"))
    if code == 0:
        return
    reason = f"{code}: {str(answer.get('msg', ''))[:200]}"
    if code in TOO_MANY:
        raise NoticeFailed(reason, wait_seconds=TOO_MANY_WAIT_SECONDS)
    raise NoticeFailed(reason, is_permanent=True)


def sign(secret: str, timestamp: int) -> str:
    """Base64 of HMAC-SHA256 with “timestamp newline secret” as the key, over nothing."""
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
