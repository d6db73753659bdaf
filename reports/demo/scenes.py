"""What customers of the demo shop and its people say. Only words; how often and when is told in `course`."""

from typing import NamedTuple


class Matter(NamedTuple):
    """Something that needs a person: why it was handed over, what is said, with the answers of an agent."""

    reason: str
    opening: str
    replies: tuple[str, ...]
    answers: tuple[str, ...] = ("好的", "嗯嗯", "行，那麻烦你们了")


SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
TITLES = ("女士", "先生", "小姐")
REGIONS = (
    "浙江杭州",
    "江苏南京",
    "广东深圳",
    "四川成都",
    "湖北武汉",
    "北京",
    "上海",
    "山东青岛",
    "陕西西安",
    "福建厦门",
)

# Asked in the first three weeks and then answered by new knowledge: what a closed gap looks like.
MISSED_ONCE = ("能开增值税专用发票吗", "可以货到付款吗")
MISSED_STILL = (
    "你们有线下门店吗",
    "可以定制刻字吗",
    "企业采购有没有折扣",
    "能送到新加坡吗",
    "这款和上一代有什么区别",
    "支持花呗分期吗",
    "有没有会员积分",
    "能指定送货时间吗",
    "礼盒可以代写贺卡吗",
    "二手的旧杯子能以旧换新吗",
)

MATTERS = (
    Matter(
        "customer_request",
        "转人工",
        ("您好，我是{name}，请问是哪一笔订单？", "看到了，我帮您催一下仓库，今天一定发出。", "不客气，祝您生活愉快。"),
    ),
    Matter(
        "customer_request",
        "我要找人工客服",
        ("在的，您请说。", "这种情况可以换新，我给您登记，快递明天上门取件。"),
    ),
    Matter(
        "repeated_miss",
        "你说的我都试过了，还是不行",
        ("您好，我来帮您看看。", "麻烦发一张照片，我请师傅判断一下。", "确认是接口松了，给您补寄一个新的。"),
    ),
    Matter(
        "quality_problem",
        "收到的杯子内壁有一道划痕",
        ("真抱歉给您添麻烦了，方便拍一张照片吗？", "收到照片了，给您安排换新，旧的不用寄回。"),
    ),
    Matter(
        "refund_overdue",
        "退款都五天了还没到账",
        ("您好，我查一下退款进度。", "财务今天已经打款，原路退回，一般 24 小时内到账。"),
    ),
    Matter(
        "complaint",
        "你们这服务也太差了，我要投诉",
        ("非常抱歉让您有这样的体验，我是{name}，这件事我来负责。", "已经为您申请了补偿券，稍后发到您的账户。"),
        ("行吧", "好，谢谢你的态度"),
    ),
    Matter(
        "negative_sentiment",
        "等了一个星期了，气死我了",
        ("让您久等了，实在抱歉。", "我刚跟快递公司确认过，今天下午就会派送。"),
        ("希望这次是真的", "好吧"),
    ),
    Matter(
        "entry_condition",
        "快递显示签收了，家里人和驿站都没有",
        ("别着急，我马上联系快递员核实。", "确认是送错了楼栋，现在正在送回来。"),
        ("谢谢", "太好了"),
    ),
)
FOLLOW_UPS = ("那大概要几天", "周末也算吗", "在手机上怎么操作", "运费是你们出吗", "好，还有一个问题")
THANKS = ("好的谢谢", "明白了，谢谢", "谢谢啦", "好的", "知道了")
PRAISE = ("回答得很快", "很耐心", "解决了，谢谢", "", "", "", "不错")
BLAME = ("答非所问", "一直在重复同一句话", "等太久了", "没有解决我的问题", "")
DISMISSED = ("说了等于没说", "你没明白我的意思", "算了")
LEAD_LINES = ("我的手机是{phone}，有货了告诉我", "加我微信吧，手机号同号 {phone}")
INTENTS = {
    "发货时效": "shipping_time",
    "快递与运费": "shipping_fee",
    "物流异常": "logistics_problem",
    "签收问题": "logistics_problem",
    "物流追踪": "logistics_tracking",
    "退款进度": "refund_progress",
    "换货流程": "exchange_request",
    "少件与错发": "wrong_or_missing",
    "质量问题": "quality_problem",
    "保修维修": "usage_repair",
    "退货流程": "return_request",
    "取消订单": "cancel_order",
    "修改订单": "change_order",
    "发票": "invoice",
    "下单支付": "payment",
    "价格优惠": "promotion",
    "商品咨询": "product_question",
}


def intent_of(path: str) -> str:
    """The shipped intent that the category of a sample speaks of."""
    return next((intent for words, intent in INTENTS.items() if words in path), "")
