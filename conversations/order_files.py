"""Order files as shops export them: their columns and words become the rows that the API takes too."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from conversations.models import Order, Shipment
from conversations.services.orders import BATCH_MAX, Outcome, upsert_orders
from cs_platform.audit import record
from cs_platform.models import User
from cs_platform.text import normalise
from kb.readers import ReadError, read_table

HEADER_WITHIN = 10  # rows; some put a title above the header

TITLES: Mapping[str, Any] = {
    "number": pgettext_lazy("column of an order file", "Order number"),
    "status": pgettext_lazy("column of an order file", "Order status"),
    "total": pgettext_lazy("column of an order file", "Amount paid"),
    "created_at": pgettext_lazy("column of an order file", "Ordered at"),
    "paid_at": pgettext_lazy("column of an order file", "Paid at"),
    "channel": pgettext_lazy("column of an order file", "Channel key"),
    "account": pgettext_lazy("column of an order file", "Customer account"),
    "name": pgettext_lazy("column of an order file", "Customer name"),
    "phone": pgettext_lazy("column of an order file", "Recipient phone"),
    "product": pgettext_lazy("column of an order file", "Product name"),
    "sku": pgettext_lazy("column of an order file", "SKU code"),
    "quantity": pgettext_lazy("column of an order file", "Quantity"),
    "price": pgettext_lazy("column of an order file", "Unit price"),
    "carrier": pgettext_lazy("column of an order file", "Carrier"),
    "tracking_number": pgettext_lazy("column of an order file", "Tracking number"),
    "parcel_status": pgettext_lazy("column of an order file", "Parcel status"),
    "note": pgettext_lazy("column of an order file", "Note"),
    "updated_at": pgettext_lazy("column of an order file", "As of"),
}
# Where a field of a line or of a parcel is not the column of that name.
COLUMNS_WITHIN = {("items", "name"): "product", ("shipments", "status"): "parcel_status"}
TEMPLATE: Sequence[Mapping[str, str]] = (
    {
        "number": "202611270001",
        "status": "已发货",
        "total": "258.00",
        "created_at": "2026-11-27 09:30",
        "paid_at": "2026-11-27 09:31",
        "account": "member-1001",
        "name": "林小姐",
        "phone": "13800138000",
        "product": "羊毛围巾 灰",
        "sku": "SCARF-01",
        "quantity": "1",
        "price": "159.00",
        "carrier": "顺丰速运",
        "tracking_number": "SF1400001234567",
        "parcel_status": "运输中",
    },
    {"number": "202611270001", "product": "羊绒手套", "sku": "GLOVE-02", "quantity": "1", "price": "99.00"},
)

_NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "order number", "订单号", "订单编号", "订单id", "主订单编号", "order id", "order no"),
    "status": ("status", "order status", "订单状态", "状态"),
    "total": (
        *("total", "amount paid", "实付金额", "买家实际支付金额", "实收金额", "订单金额", "总金额", "应付金额"),
        *("商家实收金额", "商家实收金额(元)", "订单应付金额", "金额"),
    ),
    "created_at": ("created_at", "ordered at", "下单时间", "订单创建时间", "创建时间", "订单提交时间", "订单成交时间"),
    "paid_at": ("paid_at", "paid at", "付款时间", "订单付款时间", "支付时间", "付款确认时间"),
    "channel": ("channel", "channel key", "渠道", "渠道标识"),
    "account": (
        "account",
        "customer account",
        "会员账号",
        "客户账号",
        "买家会员名",
        "买家昵称",
        "买家账号",
        "下单帐号",
    ),
    "name": ("name", "customer name", "买家姓名", "客户姓名", "收货人姓名", "收货人", "收件人", "客户"),
    "phone": (
        "phone",
        "recipient phone",
        "收件人电话",
        "联系手机",
        "收货人手机",
        "收件人手机",
        "联系电话",
        "手机",
        "电话",
    ),
    "product": ("product", "product name", "商品名称", "宝贝标题", "商品标题", "商品", "商品名", "标题"),
    "sku": ("sku", "sku code", "商家编码", "商品编码", "规格编码", "货号", "商家编码-规格维度"),
    "quantity": ("quantity", "数量", "商品数量", "购买数量", "宝贝数量", "商品数量(件)"),
    "price": ("price", "unit price", "单价", "商品单价", "价格", "商品价格", "京东价"),
    "carrier": ("carrier", "快递公司", "物流公司", "承运商"),
    "tracking_number": ("tracking_number", "tracking number", "运单号", "物流单号", "快递单号", "运单编号"),
    "parcel_status": ("parcel_status", "parcel status", "物流状态", "快递状态"),
    "note": ("note", "备注", "订单备注", "买家留言", "商家备注", "卖家备注"),
    "updated_at": ("updated_at", "as of", "数据时间", "更新时间", "最后修改时间"),
}
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names}

# What platforms call the states, the more exact words first.
_ORDER_WORDS: Sequence[tuple[str, str]] = (
    (r"退款(成功|完成)|已退款|全额退款", Order.Status.REFUNDED),
    (r"退款|售后中|退货中", Order.Status.REFUNDING),
    (r"等待买家付款|待付款|未付款|未支付|待支付", Order.Status.UNPAID),
    (r"关闭|取消|作废", Order.Status.CLOSED),
    (r"交易成功|已签收|已收货|已完成|确认收货|订单完成|完成", Order.Status.DELIVERED),
    (r"等待卖家发货|待发货|未发货|已付款|已支付|备货|待出库|等待出库", Order.Status.PAID),
    (r"已发货|待收货|待签收|等待买家确认|运输|配送|等待确认收货|部分发货|已出库", Order.Status.SHIPPED),
)
_PARCEL_WORDS: Sequence[tuple[str, str]] = (
    (r"退回|拒收|退件", Shipment.Status.RETURNED),
    (r"签收|送达|已取|妥投", Shipment.Status.DELIVERED),
    (r"延误|异常|滞留|问题件|超时", Shipment.Status.DELAYED),
    (r"运输|在途|派送|派件|中转|到达", Shipment.Status.IN_TRANSIT),
    (r"发货|揽收|揽件|出库|寄出", Shipment.Status.SHIPPED),
    (r"待|未", Shipment.Status.PENDING),
)

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What its owner must mend: the row (none: the file as a whole), the order's number, what to do."""

    row: int | None
    number: str
    message: str


@dataclass(frozen=True, slots=True)
class FileOrder:
    """One order of the file, and what became of it or would become of it."""

    row: int
    number: str
    result: str
    status: str
    total: str
    items: str
    parcels: str


@dataclass(slots=True)
class FileResult:
    """What a file did, or would do."""

    orders: list[FileOrder] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        results = [order.result for order in self.orders]
        created, updated = results.count("created"), results.count("updated")
        return {"created": created, "updated": updated, "skipped": len(results) - created - updated}


def import_orders(
    name: str, content: bytes, *, source: str, by: User | None, is_silent: bool = True, is_dry: bool = False
) -> FileResult:
    """Store the orders of a file. Rows that cannot be understood are reported; the others are stored all the same.

    `is_silent`: nobody is told of changed parcels. `is_dry`: see what would happen, and store nothing.
    """
    try:
        rows = read_orders(name, content)
    except ReadError as error:
        return FileResult(problems=[FileProblem(None, "", str(error))])
    with transaction.atomic():
        result = _store(rows, source=source, is_silent=is_silent)
        if not is_dry:
            record("orders.imported", by=by, file=name[:200], source=source, counts=result.counts)
        transaction.set_rollback(is_dry)
    return result


def read_orders(name: str, content: bytes) -> list[tuple[int, dict[str, Any]]]:
    """The orders of a file with the number of their first row, as `upsert_orders` takes them. Raises `ReadError`."""
    table = read_table(name, content)
    at, places = _find_header(table)
    orders: dict[str, tuple[int, list[Cells]]] = {}
    for number, cells in table[at + 1 :]:
        said = {column: _plain(cells[place]) for column, place in places.items() if place < len(cells)}
        row = {column: text for column, text in said.items() if text}
        if not row:
            continue
        # An order's other rows may leave its number out: their product belongs to the order above.
        key = row.get("number") or (next(reversed(orders)) if orders else "")
        orders.setdefault(key, (number, []))[1].append(row)
    if not orders:
        raise ReadError(_("The file has a header but no rows below it."))
    return [(number, _order(key, rows)) for key, (number, rows) in orders.items()]


def _store(rows: Sequence[tuple[int, dict[str, Any]]], *, source: str, is_silent: bool) -> FileResult:
    result = FileResult()
    for start in range(0, len(rows), BATCH_MAX):
        chunk = rows[start : start + BATCH_MAX]
        outcomes = upsert_orders([order for _number, order in chunk], source=source, is_silent=is_silent)
        for (number, order), outcome in zip(chunk, outcomes, strict=True):
            if outcome.problems:
                result.problems.append(FileProblem(number, outcome.number, _words(outcome)))
            else:
                result.orders.append(_file_order(number, order, outcome))
    return result


def _find_header(table: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[str, int]]:
    for at, (_number, cells) in enumerate(table[:HEADER_WITHIN]):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            column = _COLUMN_OF.get(re.sub(r"[*\s:：]+$", "", normalise(cell)))
            if column:
                places.setdefault(column, place)
        if "number" in places:
            return at, places
    raise ReadError(_("No column with order numbers was found. Its header must be 订单号 or 订单编号."))


def _plain(cell: str) -> str:
    """The cell without what platforms put around long numbers so that Excel keeps them: ="4012…" and '138…."""
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return cell.lstrip("'").strip()


def _order(number: str, rows: Sequence[Cells]) -> dict[str, Any]:
    """One order from its rows: what is said once counts for all of them."""
    first: Cells = {}
    for row in rows:
        first = {**row, **first}
    order: dict[str, Any] = {"number": number}
    order |= {name: first[name] for name in ("total", "channel", "phone", "note") if name in first}
    order |= {name: first[name] for name in ("created_at", "paid_at", "updated_at") if name in first}
    if "status" in first:
        order["status"] = _translate(first["status"], _ORDER_WORDS)
    if "account" in first:
        profile = {name: first[name] for name in ("name", "phone") if name in first}
        order["customer"] = {"account": first["account"], **profile}
    if items := [_item(row) for row in rows if "product" in row or "sku" in row]:
        order["items"] = items
    if parcels := {row.get("tracking_number", ""): _parcel(row) for row in rows if _has_parcel(row)}:
        order["shipments"] = list(parcels.values())
    return order


def _item(row: Cells) -> dict[str, str]:
    item = {"sku": row.get("sku", ""), "name": row.get("product", "")}
    return item | {name: row[name] for name in ("quantity", "price") if name in row}


def _has_parcel(row: Cells) -> bool:
    return "tracking_number" in row or "parcel_status" in row


def _parcel(row: Cells) -> dict[str, str]:
    parcel = {name: row[name] for name in ("carrier", "tracking_number") if name in row}
    status = row.get("parcel_status")
    default = Shipment.Status.SHIPPED if "tracking_number" in row else Shipment.Status.PENDING
    return parcel | {"status": _translate(status, _PARCEL_WORDS) if status else str(default)}


def _translate(words: str, table: Iterable[tuple[str, str]]) -> str:
    """Our name for what the platform calls it; what nobody knows stays and is reported."""
    return next((str(status) for pattern, status in table if re.search(pattern, words)), words)


def _file_order(number: int, order: Mapping[str, Any], outcome: Outcome) -> FileOrder:
    status = order.get("status", "")
    return FileOrder(
        row=number,
        number=outcome.number,
        result=outcome.result,
        status=str(dict(Order.Status.choices).get(status, status)),
        total=str(order.get("total", "")),
        items=", ".join(item["name"] or item["sku"] for item in order.get("items", ()))[:100],
        parcels=", ".join(parcel.get("tracking_number", "") for parcel in order.get("shipments", ()))[:100],
    )


def _words(outcome: Outcome) -> str:
    titles = {
        **TITLES,
        "items": TITLES["product"],
        "shipments": TITLES["tracking_number"],
        "customer": TITLES["account"],
    }
    return " ".join(f"{_title(path.split('/'), titles)}：{text}" for path, text in outcome.problems.items())


def _title(path: list[str], titles: Mapping[str, str]) -> str:
    """The column of what is wrong: its own, or that of the list which it is in."""
    column = COLUMNS_WITHIN.get((path[0], path[-1]), path[-1])
    return titles.get(column) or titles.get(path[0], path[0])
