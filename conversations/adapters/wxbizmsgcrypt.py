"""WXBizMsgCrypt: how WeChat, WeCom and others of the family encrypt and sign what they send to a callback."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from conversations.adapters.base import NotGenuine

_BLOCK = 32  # of the padding, though AES works in blocks of 16: a padding of 17 to 32 bytes is valid
_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


def plain_signature(*values: str) -> str:
    """SHA-1 over the sorted values, as WeChat signs everything."""
    return hashlib.sha1("".join(sorted(values)).encode(), usedforsecurity=False).hexdigest()


def is_signed(signature: str, *values: str) -> bool:
    return hmac.compare_digest(plain_signature(*values).encode(), signature.encode("utf-8", "replace"))


def read_key(encoding_aes_key: str) -> bytes:
    """The AES key behind an EncodingAESKey. Raises `ValueError` for anything but 43 characters of base64."""
    if not _KEY.fullmatch(encoding_aes_key):
        raise ValueError("an EncodingAESKey has 43 letters and digits")
    return base64.b64decode(encoding_aes_key + "=")


class MessageCrypt:
    """Opens and seals messages of one account. `keys`: the current EncodingAESKey first, then the one before it."""

    def __init__(self, token: str, keys: tuple[str, ...], receive_id: str) -> None:
        self._token = token
        self._keys = tuple(read_key(key) for key in keys if key)
        self._receive_id = receive_id

    def open(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> str:
        """The message inside. Raises `NotGenuine` for a wrong signature, cipher text or receiver."""
        if not is_signed(signature, self._token, timestamp, nonce, encrypted):
            raise NotGenuine("signature")
        failure = NotGenuine("no key")
        for key in self._keys:
            try:
                return self._decrypt(key, encrypted)
            except NotGenuine as error:
                failure = error
        raise failure

    def seal(self, message: str, *, random16: bytes | None = None) -> str:
        """The message encrypted with the current key."""
        content = message.encode()
        head = (random16 or secrets.token_bytes(16)) + len(content).to_bytes(4, "big")
        plain = head + content + self._receive_id.encode()
        padding = _BLOCK - len(plain) % _BLOCK
        encryptor = _cipher(self._keys[0]).encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        return plain_signature(self._token, timestamp, nonce, encrypted)

    def _decrypt(self, key: bytes, encrypted: str) -> str:
        try:
            cipher_text = base64.b64decode(encrypted, validate=True)
            decryptor = _cipher(key).decryptor()
            plain = decryptor.update(cipher_text) + decryptor.finalize()
            message, receive_id = _unpack(plain)
        except (binascii.Error, ValueError) as error:
            raise NotGenuine("cipher text") from error
        if not hmac.compare_digest(receive_id, self._receive_id.encode()):
            raise NotGenuine("receive_id")
        return message


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _unpack(plain: bytes) -> tuple[str, bytes]:
    """Random bytes, length, message, receiver, padding. Raises `ValueError` when it is not so."""
    padding = plain[-1] if plain else 0
    if not 1 <= padding <= _BLOCK or len(plain) < 20 + padding:
        raise ValueError("padding")
    plain = plain[:-padding]
    length = int.from_bytes(plain[16:20], "big")
    if length > len(plain) - 20:
        raise ValueError("length")
    return plain[20 : 20 + length].decode(), plain[20 + length :]
