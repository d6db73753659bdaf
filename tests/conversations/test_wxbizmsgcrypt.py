"""WeChat's message cipher against published vectors and against an implementation of somebody else."""

import json
from pathlib import Path
from typing import Any

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException

from conversations.adapters.base import NotGenuine
from conversations.adapters.wechat import read_xml
from conversations.adapters.wxbizmsgcrypt import MessageCrypt, is_signed, plain_signature, read_key

FOLDER = Path(__file__).parent.parent / "payloads" / "wechat"
TOKEN, KEY, APP_ID = "token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx-app"


def vectors(name: str, scheme: str) -> list[Any]:
    cases = json.loads((FOLDER / f"{name}.json").read_text())["vectors"]
    return [pytest.param(case["inputs"], case["expected"], id=case["id"]) for case in cases if case["scheme"] == scheme]


def opened(inputs: dict[str, str]) -> str:
    crypt = MessageCrypt(inputs["token"], (inputs["encoding_aes_key"],), inputs["receive_id"])
    encrypted = inputs.get("encrypt") or inputs["echostr"]
    return crypt.open(inputs["msg_signature"], inputs["timestamp"], inputs["nonce"], encrypted)


@pytest.mark.parametrize(("inputs", "expected"), vectors("wxbizmsgcrypt", "wxbizmsgcrypt.decrypt"))
def test_messages_of_others_are_read(inputs: dict[str, str], expected: dict[str, Any]) -> None:
    if not expected["ok"]:
        with pytest.raises(NotGenuine, match=expected["error"]):
            opened(inputs)
        return
    fields = read_xml(opened(inputs))
    assert expected["fields"].items() <= fields.items()


@pytest.mark.parametrize(("inputs", "expected"), vectors("wxbizmsgcrypt", "wxbizmsgcrypt.verify_url"))
def test_the_test_of_an_address_is_read(inputs: dict[str, str], expected: dict[str, Any]) -> None:
    if not expected["ok"]:
        with pytest.raises(NotGenuine, match=expected["error"]):
            opened(inputs)
        return
    assert opened(inputs) == expected["reply_body"]


@pytest.mark.parametrize(("inputs", "expected"), vectors("wxbizmsgcrypt", "wxbizmsgcrypt.encrypt"))
def test_what_is_sealed_is_what_others_seal(inputs: dict[str, str], expected: dict[str, str]) -> None:
    crypt = MessageCrypt("", (inputs["encoding_aes_key"],), inputs["receive_id"])
    assert crypt.seal(inputs["plaintext"], random16=inputs["random16"].encode()) == expected["encrypt"]


@pytest.mark.parametrize(("inputs", "expected"), vectors("wxbizmsgcrypt", "wxbizmsgcrypt.signature"))
def test_signatures_and_receivers(inputs: dict[str, str], expected: dict[str, str]) -> None:
    fields = read_xml(opened({**inputs, "receive_id": expected["receive_id"]}))
    assert fields["MsgType"] == expected["msg_type"]


@pytest.mark.parametrize(("inputs", "expected"), vectors("wxbizmsgcrypt", "wxbizmsgcrypt.key_validation"))
def test_keys_that_are_none(inputs: dict[str, list[str]], expected: dict[str, bool]) -> None:
    for key in inputs["encoding_aes_keys"]:
        with pytest.raises(ValueError, match="43"):
            read_key(key)


@pytest.mark.parametrize(("inputs", "expected"), vectors("wechat_plain_signature", "wechat.plain_signature"))
def test_plain_signatures(inputs: dict[str, str], expected: dict[str, bool]) -> None:
    values = (inputs["token"], inputs["timestamp"], inputs["nonce"])
    assert is_signed(inputs["signature"], *values) is expected["ok"]


@pytest.mark.parametrize(("inputs", "expected"), vectors("wechat_plain_signature", "wechat.sha1_sorted_concat"))
def test_the_digest_under_every_signature(inputs: dict[str, list[str]], expected: dict[str, str]) -> None:
    assert plain_signature(*inputs["values"]) == expected["signature"]


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 31, 32, 33, 500])
def test_another_library_reads_what_is_sealed(length: int) -> None:
    message = "中" * length
    crypt = MessageCrypt(TOKEN, (KEY,), APP_ID)
    encrypted = crypt.seal(f"<xml><Content>{message}</Content></xml>")
    signature = crypt.sign("1", "n", encrypted)
    peer = WeChatCrypto(TOKEN, KEY, APP_ID)
    opened = peer.decrypt_message(f"<xml><Encrypt>{encrypted}</Encrypt></xml>", signature, "1", "n")
    assert read_xml(opened)["Content"] == message


def test_what_another_library_seals_is_read() -> None:
    sealed = read_xml(WeChatCrypto(TOKEN, KEY, APP_ID).encrypt_message("<xml>你好</xml>", "n", "1"))
    crypt = MessageCrypt(TOKEN, (KEY,), APP_ID)
    assert crypt.open(sealed["MsgSignature"], "1", "n", sealed["Encrypt"]) == "<xml>你好</xml>"


def test_both_refuse_a_changed_message() -> None:
    crypt, peer = MessageCrypt(TOKEN, (KEY,), APP_ID), WeChatCrypto(TOKEN, KEY, APP_ID)
    encrypted = crypt.seal("<xml/>")
    signature, changed = crypt.sign("1", "n", encrypted), encrypted[:-4] + "AAA="
    with pytest.raises(NotGenuine, match="signature"):
        crypt.open(signature, "1", "n", changed)
    with pytest.raises(InvalidSignatureException):
        peer.decrypt_message(f"<xml><Encrypt>{changed}</Encrypt></xml>", signature, "1", "n")


@pytest.mark.parametrize("encrypted", ["", "AAAA", "%%%", "A" * 64, "é" * 8])
def test_signed_nonsense_is_refused(encrypted: str) -> None:
    crypt = MessageCrypt(TOKEN, (KEY,), APP_ID)
    with pytest.raises(NotGenuine):
        crypt.open(crypt.sign("1", "n", encrypted), "1", "n", encrypted)


def test_while_the_key_is_changed_both_are_read() -> None:
    old = MessageCrypt(TOKEN, (KEY,), APP_ID)
    encrypted = old.seal("hello")
    new = MessageCrypt(TOKEN, ("b" * 42 + "E", KEY), APP_ID)
    assert new.open(old.sign("1", "n", encrypted), "1", "n", encrypted) == "hello"
