"""WeCom group robot (developer.work.weixin.qq.com, “群机器人配置说明”): the key in the address is the only secret."""

import json

from cs_platform.models import NoticeTarget
from cs_platform.notify.contract import Notice, NoticeFailed, post_json

TEXT_BYTES_MAX = 2048
TOO_MANY = 45009  # 20 messages a minute
TOO_MANY_WAIT_SECONDS = 60.0
BUSY = -1


def send(target: NoticeTarget, notice: Notice) -> None:
    """Post a text. Raises `NoticeFailed`."""
    text = notice.lines.encode()[:TEXT_BYTES_MAX].decode("utf-8", "ignore")
    body = {"msgtype": "text", "text": {"content": text}}
    answer = post_json(target.address, json.dumps(body, ensure_ascii=False).encode())
    code = answer.get("errcode")
    if code == 0:
        return
    reason = f"{code}: {str(answer.get('errmsg', ''))[:200]}"
    if code == TOO_MANY:
        raise NoticeFailed(reason, wait_seconds=TOO_MANY_WAIT_SECONDS)
    raise NoticeFailed(reason, is_permanent=code != BUSY)
