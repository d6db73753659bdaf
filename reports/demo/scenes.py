"""What customers of the demo shop and its people say. Only words; how often and when is told in `course`."""

from typing import NamedTuple


class Matter(NamedTuple):
    """Something that needs a person: why it was handed over, what is said, with the answers of an agent."""

    reason: str
    opening: str
    replies: tuple[str, ...]
    answers: tuple[str, ...] = ("好的", "嗯嗯", "行，那麻烦你们了")
    ticket: tuple[str, str] = ("other", "跟进客户")  # type and subject of what may be left to do


class Idea(NamedTuple):
    """Knowledge that an agent proposes; with a comment the manager sent it back."""

    question: str
    answer: str
    note: str
    comment: str = ""


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
        ticket=("logistics", "催仓库今天发货"),
    ),
    Matter(
        "customer_request",
        "我要找人工客服",
        ("在的，您请说。", "这种情况可以换新，我给您登记，快递明天上门取件。"),
        ticket=("exchange", "上门取件换新"),
    ),
    Matter(
        "repeated_miss",
        "你说的我都试过了，还是不行",
        ("您好，我来帮您看看。", "麻烦发一张照片，我请师傅判断一下。", "确认是接口松了，给您补寄一个新的。"),
        ticket=("repair", "接口松动，补寄配件"),
    ),
    Matter(
        "quality_problem",
        "收到的杯子内壁有一道划痕",
        ("真抱歉给您添麻烦了，方便拍一张照片吗？", "收到照片了，给您安排换新，旧的不用寄回。"),
        ticket=("exchange", "保温杯内壁划痕，换新"),
    ),
    Matter(
        "quality_problem",
        "枕头睡了一晚就塌了，我要退货",
        ("您好，我是{name}，这种情况可以退。", "退货地址发给您了，运费我们出，寄出后把单号告诉我就行。"),
        ticket=("return", "记忆枕塌陷，退货退款"),
    ),
    Matter(
        "refund_overdue",
        "退款都五天了还没到账",
        ("您好，我查一下退款进度。", "财务今天已经打款，原路退回，一般 24 小时内到账。"),
        ticket=("refund", "退款超过五天未到账"),
    ),
    Matter(
        "customer_request",
        "发票抬头填错了，让人工给我重开",
        ("您好，请把正确的抬头和税号发给我。", "收到，重开申请已经提交，3 个工作日内发到您的邮箱。"),
        ticket=("invoice", "发票抬头有误，重开"),
    ),
    Matter(
        "complaint",
        "你们这服务也太差了，我要投诉",
        ("非常抱歉让您有这样的体验，我是{name}，这件事我来负责。", "已经为您申请了补偿券，稍后发到您的账户。"),
        ("行吧", "好，谢谢你的态度"),
        ticket=("complaint", "投诉服务态度，店长回访"),
    ),
    Matter(
        "negative_sentiment",
        "等了一个星期了，气死我了",
        ("让您久等了，实在抱歉。", "我刚跟快递公司确认过，今天下午就会派送。"),
        ("希望这次是真的", "好吧"),
        ticket=("logistics", "包裹一周未派送，跟进快递"),
    ),
    Matter(
        "entry_condition",
        "快递显示签收了，家里人和驿站都没有",
        ("别着急，我马上联系快递员核实。", "确认是送错了楼栋，现在正在送回来。"),
        ("谢谢", "太好了"),
        ticket=("logistics", "显示签收未收到，核实投递"),
    ),
)
IDEAS = (
    Idea(
        "你们有线下门店吗",
        "目前只有线上店，没有线下门店。想看实物的话，收到后 7 天内不满意都可以退。",
        "这周已经有好几位客户问了，每次都要转人工。",
    ),
    Idea(
        "可以定制刻字吗",
        "可以刻字，三天内做好。",
        "客户常问保温杯能不能刻字。",
        "请写清楚哪些商品可以刻、几个字以内、怎么收费，另外刻字商品不支持无理由退货也要写上。",
    ),
    Idea(
        "礼盒可以代写贺卡吗",
        "可以。下单时在备注里写好贺卡内容，50 字以内，我们手写后随礼盒一起寄出，不另外收费。",
        "节前问的人很多。",
    ),
)
# What agents wrote beside replies of the AI that missed the point.
RIGHT = (
    "客户问的是换货要多久，不是怎么申请换货：仓库收到旧货后 2 天内寄出新的。",
    "客户说的是已经拆封的杯子，应该先问有没有用过，用过的不支持无理由退货。",
    "这位客户在新疆，走邮政要 5 到 7 天，不能按普通地区回答。",
    "预售款要按页面上的发货日期说，不是当天发。",
)
# The question and the other answer of an experiment.
TRIAL = (
    "发什么快递，能指定吗？",
    "默认中通或圆通，偏远地区走邮政。想要顺丰，下单时备注“顺丰”就行，运费到付；只有某一家能到的地方也写在备注里。",
)
NOTES = ("保温杯 50 个", "四件套 20 套，要发票", "台灯 30 台，下月初用", "想了解有货时间", "加湿器和水壶各 10 台")
URGENT = ("complaint", "negative_sentiment")
MESSAGES_LEFT = (
    "收到的台灯底座有点晃，上班了给我回个电话吧",
    "想问下团购怎么开票，明天联系我",
    "四件套少了一只枕套，麻烦看到后处理一下",
    "订单一直显示待发货，帮我看看",
)
TICKET = "您的问题已登记，工单号 {number}，我们会尽快处理。"
EDITED = "您好，{answer}还有不清楚的可以随时问我。"
WAKE_UP = "你好，我在的。想了解发货、退换、尺码可以直接问我，想找真人就说“转人工”。"
FOLLOW_UP = "还有想了解的吗？方便的话留个联系方式，有货或有活动时我第一时间告诉你。"
LEAD_CARD = "可以的，留个联系方式，我们的同事会尽快联系你。"
CARD_THANKS = "收到，我们会尽快联系你。"
NEWS = "{name}你好，青禾的秋冬新色上架了，保温杯和四件套都有。看中哪一款可以直接在这里问我。"
THANKS = ("好的谢谢", "明白了，谢谢", "谢谢啦", "好的", "知道了")
PRAISE = ("回答得很快", "很耐心", "解决了，谢谢", "", "", "", "不错")
BLAME = ("答非所问", "一直在重复同一句话", "等太久了", "没有解决我的问题", "")
DISMISSED = ("说了等于没说", "你没明白我的意思", "算了")
LEAD_LINES = (
    "我们公司想团购五十份，怎么报价",
    "想定制一批带标志的杯子",
    "批发价怎么算",
    "单位发福利，团购有优惠吗",
)
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
