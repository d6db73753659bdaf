"""The tree of topics that a shop starts with: what customers write about before and after they buy."""

from kb.categories import ensure_paths
from kb.models import Category

CATEGORY_PATHS = (
    "商品咨询/规格参数/尺寸与重量",
    "商品咨询/规格参数/材质与成分",
    "商品咨询/使用方法/首次使用",
    "商品咨询/使用方法/清洁保养",
    "商品咨询/选购建议/型号对比",
    "商品咨询/选购建议/适用人群",
    "商品咨询/价格优惠/优惠券",
    "商品咨询/价格优惠/活动与价保",
    "订单管理/下单支付/支付方式",
    "订单管理/下单支付/下单失败",
    "订单管理/下单支付/查看订单",
    "订单管理/修改订单/修改地址",
    "订单管理/修改订单/更换规格",
    "订单管理/取消订单/发货前取消",
    "订单管理/取消订单/发货后取消",
    "订单管理/发票/开具发票",
    "订单管理/发票/修改发票",
    "物流追踪/发货时效/发货时间",
    "物流追踪/发货时效/预售与缺货",
    "物流追踪/配送服务/快递与运费",
    "物流追踪/配送服务/配送范围",
    "物流追踪/物流异常/物流停滞",
    "物流追踪/物流异常/包裹丢失或破损",
    "物流追踪/签收问题/显示签收未收到",
    "售后服务/退货流程/7天无理由退货",
    "售后服务/退货流程/退货运费",
    "售后服务/退货流程/填写退货单号",
    "售后服务/换货流程/换尺码颜色",
    "售后服务/换货流程/质量问题换货",
    "售后服务/退款进度/退款到账时间",
    "售后服务/退款进度/退款被拒",
    "售后服务/质量问题/少件与错发",
    "售后服务/质量问题/商品破损",
    "售后服务/保修维修/保修期限",
    "售后服务/保修维修/申请维修",
    "售后服务/投诉建议/联系人工客服",
)


def create_categories() -> int:
    """Create the tree for a shop that has none yet; returns how many categories were made."""
    if Category.objects.exists():
        return 0
    ensure_paths(CATEGORY_PATHS)
    return Category.objects.count()
