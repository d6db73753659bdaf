"""Which skill group a chat belongs to when no rule says so."""

import pytest

from routing.grouping import GroupSpec, choose_group

WEB, WECHAT = 1, 2
GROUPS = (
    GroupSpec(10, channels=frozenset({WEB})),
    GroupSpec(11, regions=("广东", "深圳")),
    GroupSpec(12, channels=frozenset({WEB}), regions=("上海",)),
    GroupSpec(13),
    GroupSpec(14, channels=frozenset({WECHAT}), precedence=5),
)


@pytest.mark.parametrize(
    ("channel", "region", "group"),
    [
        (WEB, "", 10),
        (WEB, "上海浦东", 12),
        (3, "广东广州", 11),
        (3, "上海", None),
        (3, "", None),
        (WECHAT, "广东深圳", 14),
    ],
)
def test_by_channel_and_region(channel: int, region: str, group: int | None) -> None:
    assert choose_group(GROUPS, channel, region) == group
