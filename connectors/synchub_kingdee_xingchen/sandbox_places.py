"""Provinces, cities and districts of the sandbox, under their public administrative codes: a few of each, enough to rehearse with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COUNTRY = ("1", "CN", "中国")


@dataclass(frozen=True, slots=True)
class Place:
    """A division; its id is its administrative code."""

    id: str
    name: str
    level: str
    parent: str


_TREE: Mapping[tuple[str, str], Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("110000", "北京市"): {("110100", "市辖区"): (("110105", "朝阳区"), ("110108", "海淀区"))},
    ("310000", "上海市"): {("310100", "市辖区"): (("310104", "徐汇区"), ("310115", "浦东新区"))},
    ("320000", "江苏省"): {
        ("320100", "南京市"): (("320106", "鼓楼区"),),
        ("320500", "苏州市"): (("320508", "姑苏区"),),
    },
    ("330000", "浙江省"): {
        ("330100", "杭州市"): (("330106", "西湖区"), ("330108", "滨江区")),
        ("330200", "宁波市"): (("330203", "海曙区"),),
    },
    ("350000", "福建省"): {
        ("350100", "福州市"): (("350102", "鼓楼区"),),
        ("350200", "厦门市"): (("350203", "思明区"),),
    },
    ("370000", "山东省"): {
        ("370100", "济南市"): (("370102", "历下区"),),
        ("370200", "青岛市"): (("370202", "市南区"),),
    },
    ("420000", "湖北省"): {("420100", "武汉市"): (("420106", "武昌区"), ("420111", "洪山区"))},
    ("440000", "广东省"): {
        ("440100", "广州市"): (("440106", "天河区"), ("440104", "越秀区")),
        ("440300", "深圳市"): (("440305", "南山区"), ("440304", "福田区")),
    },
    ("500000", "重庆市"): {("500100", "市辖区"): (("500103", "渝中区"),)},
    ("510000", "四川省"): {
        ("510100", "成都市"): (("510104", "锦江区"), ("510107", "武侯区")),
        ("510700", "绵阳市"): (("510703", "涪城区"),),
    },
    ("610000", "陕西省"): {("610100", "西安市"): (("610113", "雁塔区"),)},
}


def _flat() -> dict[str, Place]:
    places: dict[str, Place] = {}
    for (province, name), cities in _TREE.items():
        places[province] = Place(province, name, "province", "")
        for (city, city_name), districts in cities.items():
            places[city] = Place(city, city_name, "city", province)
            for district, district_name in districts:
                places[district] = Place(district, district_name, "district", city)
    return places


PLACES: Mapping[str, Place] = _flat()


def tree(parent: str = "") -> list[dict[str, object]]:
    """The answer of division_load below a place."""
    levels = {"province": "1", "city": "2", "district": "3"}
    return [
        {
            "id": place.id,
            "name": place.name,
            "level": levels[place.level],
            "parent_id": place.parent,
            "son_nodes": tree(place.id),
        }
        for place in PLACES.values()
        if place.parent == parent
    ]
