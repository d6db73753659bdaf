"""WeChat's side of an official account, as the rehearsal of a whole day has it too."""

from reports.rehearsal.wechat import AES_KEY, APP_ID, SECRET, TOKEN, WeChatDouble, as_xml, wechat_double

__all__ = ["AES_KEY", "APP_ID", "SECRET", "TOKEN", "WeChatDouble", "as_xml", "wechat_double"]
