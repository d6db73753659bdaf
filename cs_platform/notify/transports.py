"""Which transport serves which kind of target."""

from collections.abc import Callable

from cs_platform.models import NoticeTarget
from cs_platform.notify import dingtalk, feishu, mail, wecom
from cs_platform.notify.contract import Notice

Kind = NoticeTarget.Kind

TRANSPORTS: dict[str, Callable[[NoticeTarget, Notice], None]] = {
    Kind.WECOM: wecom.send,
    Kind.FEISHU: feishu.send,
    Kind.DINGTALK: dingtalk.send,
    Kind.EMAIL: mail.send,
}
