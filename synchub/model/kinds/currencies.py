"""Currency codes (ISO 4217) and the marks people write instead."""

from __future__ import annotations

_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY "
    "COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS "
    "INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP "
    "MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV "
    "WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES = frozenset(_CODES.split())

MARKS: dict[str, tuple[str, ...]] = {
    "¥": ("CNY", "JPY"),
    "元": ("CNY",),
    "圆": ("CNY",),
    "人民币": ("CNY",),
    "RMB": ("CNY",),
    "CN¥": ("CNY",),
    "$": ("USD", "HKD", "SGD", "AUD", "CAD", "TWD"),
    "US$": ("USD",),
    "美元": ("USD",),
    "HK$": ("HKD",),
    "港元": ("HKD",),
    "港币": ("HKD",),
    "NT$": ("TWD",),
    "新台币": ("TWD",),
    "S$": ("SGD",),
    "€": ("EUR",),
    "欧元": ("EUR",),
    "£": ("GBP",),
    "英镑": ("GBP",),
    "円": ("JPY",),
    "日元": ("JPY",),
    "₩": ("KRW",),
    "韩元": ("KRW",),
}
"""What a mark may mean. The field's own currency is preferred; a mark of several others is refused."""

MARKS_OF = {"CNY": "¥", "USD": "US$", "HKD": "HK$", "TWD": "NT$", "EUR": "€", "GBP": "£"}
"""How people are shown an amount of these; others carry their code."""
