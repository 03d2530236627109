"""Sensitive values: what is decrypted, what is taken as it is, and what is reported as unreadable."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from synchub_kingdee_xingchen.cipher import SensitiveCipher, UnreadableValueError

SECRET = "f2adcfef73369bfc4e1384677d38a0ff"


def encrypted_by_the_book(text: bytes, secret: str = SECRET) -> str:
    """AES-256-CBC with PKCS#7, spelled out without the connector."""
    missing = 16 - len(text) % 16
    encryptor = Cipher(algorithms.AES(secret.encode()), modes.CBC(b"5e8y6w45ju8w9jq8")).encryptor()
    return base64.b64encode(
        encryptor.update(text + bytes([missing]) * missing) + encryptor.finalize()
    ).decode()


def test_cipher_text_is_decrypted() -> None:
    assert SensitiveCipher(SECRET).decrypt(encrypted_by_the_book(b"13800138000")) == "13800138000"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_what_is_encrypted_comes_back(text: str) -> None:
    cipher = SensitiveCipher(SECRET)
    sent = cipher.encrypt(text)
    assert sent == encrypted_by_the_book(text.encode())
    assert cipher.decrypt(sent) == text


@pytest.mark.parametrize(
    "plain",
    ["13800138000", "", "a@b.cn", "浙江省杭州市西湖区文三路 1 号", "6222021001122334455", "1990-01-01"],
)
def test_a_plain_value_stays_as_it_is(plain: str) -> None:
    assert SensitiveCipher(SECRET).decrypt(plain) == plain


@pytest.mark.parametrize("masked", ["138****8000", "6222 **** 4455"])
def test_a_masked_value_is_unreadable(masked: str) -> None:
    with pytest.raises(UnreadableValueError):
        SensitiveCipher(SECRET).decrypt(masked)


@pytest.mark.parametrize("secret", ["0" * 32, "too short", ""])
def test_another_secret_reads_nothing_and_tells_nothing(secret: str) -> None:
    sent = encrypted_by_the_book("浙江省杭州市西湖区".encode())
    with pytest.raises(UnreadableValueError) as caught:
        SensitiveCipher(secret).decrypt(sent)
    assert sent not in str(caught.value) + repr(caught.value)
    assert caught.value.__cause__ is None


def test_control_characters_are_no_clear_text() -> None:
    with pytest.raises(UnreadableValueError):
        SensitiveCipher(SECRET).decrypt(encrypted_by_the_book(b"\x00\x01\x02"))


def test_the_key_is_not_in_the_repr() -> None:
    assert SECRET not in repr(SensitiveCipher(SECRET))
