"""Decision trees that ship: outlines beside this file, and which entries begin them."""

from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from kb.categories import ensure_paths, split_path
from kb.flow_outline import lines_of_text, read_outline
from kb.models import Entry, Flow
from kb.services.entries import announce_change
from kb.services.flows import publish_flow, save_flow


class ShippedFlow(NamedTuple):
    """An outline by the name of its file, its category, and the sample entries that begin it."""

    file: str
    category: str
    questions: tuple[str, ...]


SHIPPED_FLOWS = (
    ShippedFlow("return_goods", "售后服务/退货流程/7天无理由退货", ("怎么申请退货？",)),
    ShippedFlow("refund_progress", "售后服务/退款进度/退款到账时间", ("我的退款到哪一步了？",)),
    ShippedFlow(
        "parcel_trouble",
        "物流追踪/物流异常/物流停滞",
        ("物流好几天没有更新怎么办？", "显示签收了但我没收到怎么办？", "快递出问题了怎么办？"),
    ),
)


def install_flows(*, as_samples: bool) -> int:
    """Store the shipped trees unless the shop has any tree; returns how many were made.

    As samples they serve customers at once, begun by the sample entries, and step aside with these once the shop has
    knowledge of its own. Otherwise they are drafts for the manager to read, mend and publish.
    """
    if Flow.objects.exists():
        return 0
    with transaction.atomic():
        for shipped in SHIPPED_FLOWS:
            _install(shipped, as_samples=as_samples)
        announce_change()
    return len(SHIPPED_FLOWS)


def read_shipped(file: str) -> str:
    """The outline of a shipped tree."""
    return (Path(__file__).parent / f"{file}.txt").read_text(encoding="utf-8")


def _install(shipped: ShippedFlow, *, as_samples: bool) -> None:
    outline = read_outline(lines_of_text(read_shipped(shipped.file)))
    assert not outline.problems, outline.problems
    flow = Flow(
        name=outline.tree.name,
        description=outline.description,
        intent=outline.intent,
        category=ensure_paths([shipped.category])[split_path(shipped.category)],
        is_sample=as_samples,
    )
    if not as_samples:
        save_flow(flow, outline.tree, phrasings=outline.phrasings, by=None)
        return
    publish_flow(save_flow(flow, outline.tree, by=None), by=None)
    samples = Entry.objects.filter(is_sample=True, updated_by=None, question__in=shipped.questions)
    samples.update(flow=flow)
