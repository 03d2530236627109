"""Signatures against the vendor's own sample values, and what exactly is signed."""

from __future__ import annotations

from synchub_kingdee_xingchen.signing import (
    Signer,
    app_signature,
    query_string,
    signature,
    signed_query,
    text_to_sign,
)

APP_SIGNATURE = "MzZlYTk0ODk4MWZlNjdiODNmNWU4YzViNzYxNGM5MTFlOGJkN2NjMzk0MTJkZGNhZGM0NzZhN2YxZDJmOTlkZA=="


def test_app_signature_is_the_vendors_sample_value() -> None:
    expected = "ZDljMTI3NGIyNTE1MTRkYzlkNjc1MDNhYjUzMzgzNWMyY2M4YTdjMzdmNmM3YTVlNDkxMTkzNjdiOTFjNzUyZQ=="
    assert app_signature("abc", "abc123") == expected


def test_request_signature_is_the_vendors_sample_value() -> None:
    expected = "OTFiZTliNDFiMjNkYTI3YzVhNzg4MDI4ZGU3MWY1ZTA5ZTk1NjVlNGM1YTI1ZjIxY2Y5YTA3ZGY2OGI1MGQ1MQ=="
    found = signature(
        "f2adcfef73369bfc4e1384677d38a0ff",
        "GET",
        "/jdyconnector/app_management/kingdee_auth_token",
        {"app_key": "bVZgAZOv1", "app_signature": APP_SIGNATURE},
        "4427456950",
        "1670305063559",
    )
    assert found == expected


def test_every_line_ends_with_a_line_feed_and_an_empty_query_leaves_an_empty_line() -> None:
    assert text_to_sign("post", "/jdy/v2/bd/customer", {}, "7", "9") == (
        "POST\n%2Fjdy%2Fv2%2Fbd%2Fcustomer\n\nx-api-nonce:7\nx-api-timestamp:9\n"
    )


def test_query_is_sorted_and_signed_encoded_twice_but_sent_encoded_once() -> None:
    query = {"search": "联宏 a+b", "enable": "-1"}
    assert query_string(query) == "enable=-1&search=%E8%81%94%E5%AE%8F%20a%2Bb"
    assert signed_query(query) == "enable=-1&search=%25E8%2581%2594%25E5%25AE%258F%2520a%252Bb"


def test_headers_are_those_the_vendor_lists() -> None:
    headers = Signer("205022", "secret").headers("GET", "/a", {}, nonce="1", timestamp="2")
    assert headers.keys() == {
        "Content-Type",
        "X-Api-ClientID",
        "X-Api-Auth-Version",
        "X-Api-TimeStamp",
        "X-Api-Nonce",
        "X-Api-SignHeaders",
        "X-Api-Signature",
    }
    assert headers["X-Api-Auth-Version"] == "2.0"
    assert headers["X-Api-SignHeaders"] == "X-Api-TimeStamp,X-Api-Nonce"


def test_the_secret_is_not_in_the_repr() -> None:
    assert "hush" not in repr(Signer("205022", "hush"))
