"""Signatures agree with the vectors of the Standard Webhooks project and with its package."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from cs_platform.webhooks.signing import new_secret, sign, signed_headers

FILE = Path(__file__).parent.parent / "payloads" / "standard_webhooks" / "vectors.json"
CASES = [case for case in json.loads(FILE.read_text())["vectors"] if case["kind"] == "positive"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_vectors(case: dict[str, Any]) -> None:
    given = case["inputs"]
    wanted = case["expected"].get("signature") or given["webhook_signature"]
    message = (given["webhook_id"], int(given["webhook_timestamp"]), given["payload"].encode())
    assert sign(given["secret"], *message) == wanted


def test_another_byte_is_another_signature() -> None:
    secret = new_secret()
    assert sign(secret, "msg_1", 1, b"{}") != sign(secret, "msg_1", 1, b"{} ")


def test_the_package_accepts_ours_with_the_new_secret_and_with_the_old_one() -> None:
    old, new, body = new_secret(), new_secret(), '{"text": "你好"}'
    headers = signed_headers([new, old], "msg_1", int(datetime.now(UTC).timestamp()), body.encode())
    assert Webhook(new).verify(body, headers) == Webhook(old).verify(body, headers) == {"text": "你好"}


def test_a_secret_is_long_and_new_each_time() -> None:
    one, other = new_secret(), new_secret()
    assert one.startswith("whsec_") and one != other and len(base64.b64decode(one[6:])) == 32


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!"])
def test_without_a_key_nothing_is_signed(secret: str) -> None:
    with pytest.raises(ValueError, match="signing secret"):
        sign(secret, "msg_1", 1, b"{}")
