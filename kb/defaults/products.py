"""What the demo shop sells."""

from decimal import Decimal
from typing import NamedTuple


class SampleProduct(NamedTuple):
    sku: str
    name: str
    price: Decimal
    summary: str
    specifications: str
    after_sales_policy: str
    delivery_rules: str


_WARRANTY = "签收后 7 天无理由退货；一年内非人为故障免费维修。"
_FROM_HANGZHOU = "杭州仓发货，每天 16:00 前付款当天发出。"

SAMPLE_PRODUCTS = (
    SampleProduct(
        "QH-KZ50",
        "青禾空气炸锅 5L",
        Decimal("329.00"),
        "可视窗口，免翻面，一家三口刚好够用",
        "容量: 5 升\n额定功率: 1400 瓦\n尺寸: 32 × 27 × 31 厘米\n重量: 4.2 千克\n内胆涂层: 陶瓷不粘",
        _WARRANTY,
        _FROM_HANGZHOU,
    ),
    SampleProduct(
        "QH-BW45",
        "青禾随行保温杯 450ml",
        Decimal("89.00"),
        "单手弹盖，6 小时 55℃ 以上",
        "容量: 450 毫升\n内胆: 316 不锈钢\n重量: 245 克\n颜色: 米白、雾蓝、松绿",
        "签收后 7 天无理由退货；杯体保温失效一年内换新。使用过的杯子出于卫生考虑不支持无理由退货。",
        _FROM_HANGZHOU,
    ),
    SampleProduct(
        "QH-SJ150",
        "青禾新疆棉四件套 1.5米床",
        Decimal("269.00"),
        "60 支长绒棉，水洗后更软",
        "面料: 100% 棉\n被套: 200 × 230 厘米\n床单: 245 × 250 厘米\n枕套: 48 × 74 厘米，两只",
        "签收后 7 天无理由退货，未下水、吊牌完好即可。",
        _FROM_HANGZHOU,
    ),
    SampleProduct(
        "QH-JS20",
        "青禾桌面加湿器 2L",
        Decimal("139.00"),
        "夜间静音，加满水用 18 小时",
        "水箱: 2 升\n噪声: 28 分贝\n功率: 23 瓦\n适用面积: 10 到 20 平方米",
        _WARRANTY,
        _FROM_HANGZHOU,
    ),
    SampleProduct(
        "QH-FS01",
        "青禾轻薄防晒衣",
        Decimal("159.00"),
        "UPF50+，重 168 克，可收成一个小包",
        "面料: 锦纶 87%、氨纶 13%\n防晒指数: UPF50+\n尺码: S、M、L、XL\n颜色: 月白、浅灰、雾紫",
        "签收后 7 天无理由退换，吊牌未剪、未洗涤。换尺码我们承担一次来回运费。",
        _FROM_HANGZHOU,
    ),
    SampleProduct(
        "QH-TD03",
        "青禾护眼台灯",
        Decimal("199.00"),
        "国 AA 级照度，四档色温",
        "照度: 国 AA 级\n色温: 2700K 到 5000K，四档\n功率: 12 瓦\n供电: Type-C，5 伏 2 安（附适配器）",
        _WARRANTY,
        _FROM_HANGZHOU,
    ),
    SampleProduct(
        "QH-SH15",
        "青禾电热水壶 1.5L",
        Decimal("119.00"),
        "304 不锈钢内胆，6 分钟烧开",
        "容量: 1.5 升\n额定功率: 1500 瓦\n内胆: 304 不锈钢\n重量: 1.1 千克\n防干烧: 有",
        _WARRANTY,
        _FROM_HANGZHOU,
    ),
    SampleProduct(
        "QH-ZT11",
        "青禾慢回弹记忆枕",
        Decimal("149.00"),
        "两面高度，侧睡平躺都合适",
        "高度: 9 厘米 / 11 厘米\n尺寸: 60 × 36 厘米\n枕芯: 慢回弹记忆棉\n外套: 可拆洗",
        "签收后 7 天无理由退货，外包装完好、没有使用过即可。贴身用品睡过之后不支持无理由退货。",
        _FROM_HANGZHOU + "新疆、西藏、青海发邮政，5 到 7 天送到。",
    ),
)
