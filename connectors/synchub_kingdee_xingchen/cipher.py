"""The cipher over sensitive columns: phones, addresses, e-mail, bank accounts, birthdays.

That they come encrypted is the vendor's word [D]; the cipher itself is a third party's reading [D3]: Base64 of
AES-256-CBC with PKCS#7 padding, the key is the client secret as ASCII, the initial vector a fixed text. Whatever does
not come out as clean text is reported as unreadable, never guessed and never taken for a value.
"""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_IV = b"5e8y6w45ju8w9jq8"
_BLOCK = 16
_MASKED = re.compile(r"\*{2,}|＊{2,}")


class UnreadableValueError(Exception):
    """There is a value, but it cannot be read; the message never holds it."""


class SensitiveCipher:
    """Decrypts what the account set encrypted; `encrypt` is the other direction, for the sandbox and tests."""

    def __init__(self, client_secret: str) -> None:
        # An AES-256 key has 32 bytes, as the vendor's secrets have; another length can decrypt nothing.
        key = client_secret.encode("ascii", "replace")
        self._key = key if len(key) == 32 else None

    def __repr__(self) -> str:
        return "SensitiveCipher(…)"

    def encrypt(self, text: str) -> str:
        """The cipher text the vendor would send; raises UnreadableValueError where the secret is no key."""
        padder = PKCS7(_BLOCK * 8).padder()
        encryptor = self._cipher().encryptor()
        padded = padder.update(text.encode()) + padder.finalize()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, text: str) -> str:
        """The clear text. A value that is not encrypted comes back as it is; raises UnreadableValueError otherwise.

        Public samples of the vendor show clear values as well, so both are taken: only whole AES blocks in Base64 are
        held to be cipher text, and no phone number, address or bank account looks like that.
        """
        if _MASKED.search(text):
            raise UnreadableValueError
        blocks = _blocks(text)
        return text if blocks is None else self._open(blocks)

    def _open(self, blocks: bytes) -> str:
        decryptor = self._cipher().decryptor()
        unpadder = PKCS7(_BLOCK * 8).unpadder()
        try:
            padded = decryptor.update(blocks) + decryptor.finalize()
            clear = (unpadder.update(padded) + unpadder.finalize()).decode()
        except (ValueError, UnicodeDecodeError):
            raise UnreadableValueError from None  # the cause would carry pieces of the value
        if any(ord(mark) < 32 and mark not in "\t\r\n" for mark in clear):
            raise UnreadableValueError
        return clear

    def _cipher(self) -> Cipher[modes.CBC]:
        if self._key is None:
            raise UnreadableValueError
        return Cipher(algorithms.AES(self._key), modes.CBC(_IV))


def _blocks(text: str) -> bytes | None:
    """The whole AES blocks that this Base64 stands for, or None if it does not."""
    if len(text) < 24:
        return None
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if found and len(found) % _BLOCK == 0 else None
