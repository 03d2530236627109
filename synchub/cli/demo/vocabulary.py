"""Words from which the demo's companies and people are made. No name of a real company is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Town:
    """A place that both the sandbox of the ERP and people know. A municipality has no `city`."""

    region: str
    province: str
    city: str
    short: str
    area: str
    """Telephone area code."""
    division: str
    """Administrative code, part of a registration number."""
    streets: tuple[str, ...]


TOWNS: Final = (
    Town(
        "华东", "上海市", "", "上海", "021", "310115", ("浦东新区张江路", "徐汇区漕溪北路", "闵行区莲花南路")
    ),
    Town("华东", "江苏省", "南京市", "南京", "025", "320106", ("鼓楼区中山北路", "玄武区珠江路")),
    Town("华东", "江苏省", "苏州市", "苏州", "0512", "320508", ("姑苏区人民路", "工业园区星湖街")),
    Town("华东", "浙江省", "杭州市", "杭州", "0571", "330108", ("滨江区江南大道", "西湖区文三路")),
    Town("华东", "浙江省", "宁波市", "宁波", "0574", "330203", ("海曙区药行街", "鄞州区天童北路")),
    Town("华南", "广东省", "广州市", "广州", "020", "440106", ("天河区体育西路", "越秀区东风中路")),
    Town("华南", "广东省", "深圳市", "深圳", "0755", "440305", ("南山区科技园南路", "福田区深南大道")),
    Town("华南", "福建省", "厦门市", "厦门", "0592", "350203", ("思明区湖滨南路", "湖里区兴隆路")),
    Town("华南", "福建省", "福州市", "福州", "0591", "350102", ("鼓楼区五四路", "台江区广达路")),
    Town("华北", "北京市", "", "北京", "010", "110108", ("海淀区中关村大街", "朝阳区望京东路")),
    Town("华北", "山东省", "济南市", "济南", "0531", "370102", ("历下区解放路", "历城区工业北路")),
    Town("华北", "山东省", "青岛市", "青岛", "0532", "370202", ("市南区香港中路", "崂山区海尔路")),
    Town("西南", "四川省", "成都市", "成都", "028", "510107", ("武侯区人民南路", "锦江区东大街")),
    Town("西南", "四川省", "绵阳市", "绵阳", "0816", "510703", ("涪城区临园路", "游仙区东津路")),
    Town("西南", "重庆市", "", "重庆", "023", "500103", ("渝中区民权路", "渝北区金开大道")),
)

BRANDS: Final = (
    "联宏", "远帆", "博睿", "恒通", "嘉禾", "启明", "瑞丰", "中泽", "天翼", "晨光", "海纳", "金石", "锐捷", "华盛", "众信", "德润", "凯越", "云杉",
    "新锐", "鼎力", "安泰", "百川", "正元", "润泽", "星辰", "弘毅", "致远", "凌云", "康达", "东升", "立信", "万象", "合力", "飞鸿", "宏图", "祥瑞",
)  # fmt: skip
TRADES: Final = (
    "科技", "信息技术", "电子", "商贸", "机电设备", "网络科技", "智能科技", "供应链管理", "数码", "办公设备",
)  # fmt: skip

SURNAMES: Final = tuple("王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗")
GIVEN: Final = (
    "敏", "伟", "芳", "磊", "娜", "静", "强", "洋", "艳", "杰", "晓东", "雨桐", "子涵", "建国", "丽华", "志强", "思远", "佳怡", "文博", "海燕",
    "国栋", "梦瑶", "俊辉", "春梅", "一鸣",
)  # fmt: skip
TITLES: Final = ("采购经理", "总经理", "销售总监", "财务主管", "业务员", "技术支持", "副总经理")


@dataclass(frozen=True, slots=True)
class Land:
    """Where overseas partners are; `phone` makes numbers of a range set aside for fiction, given two or three digits."""

    forms: tuple[str, ...]
    phone: str
    address: str


LANDS: Final = (
    Land(("Inc.", "LLC"), "+1 202-555-01{:02d}", "{} Market Street, Washington, DC, USA"),
    Land(("Ltd", "PLC"), "+44 20 7946 0{:03d}", "{} Fenchurch Street, London, UK"),
    Land(("GmbH", "AG"), "+49 30 23125{:03d}", "Lindenstraße {}, 10969 Berlin, Germany"),
)
OVERSEAS_BRANDS: Final = (
    "Northwind", "Baltic", "Harbour", "Meridian", "Alpine", "Silverline", "Kestrel", "Redwood", "Juniper", "Atlas", "Larkfield", "Summit",
    "Bluewater", "Granite", "Orchard", "Falcon",
)  # fmt: skip
OVERSEAS_TRADES: Final = ("Trading", "Systems", "Technologies", "Supplies", "Distribution")
FIRST_NAMES: Final = (
    "Anna", "James", "Lena", "Oliver", "Sofia", "Peter", "Emma", "Lucas", "Maria", "Thomas", "Jane", "David",
)  # fmt: skip
LAST_NAMES: Final = (
    "Keller", "Miller", "Schmidt", "Taylor", "Fischer", "Brown", "Walker", "Novak", "Hughes", "Weber", "Reed", "Cole",
)  # fmt: skip
OVERSEAS_TITLES: Final = ("Purchasing Manager", "Managing Director", "Sales Director", "Accountant")

PINYIN: Final = {
    "王": "wang", "李": "li", "张": "zhang", "刘": "liu", "陈": "chen", "杨": "yang", "黄": "huang", "赵": "zhao", "周": "zhou", "吴": "wu",
    "徐": "xu", "孙": "sun", "马": "ma", "朱": "zhu", "胡": "hu", "郭": "guo", "何": "he", "高": "gao", "林": "lin", "罗": "luo",
}  # fmt: skip
NOTES: Final = (
    "重点客户，季度拜访", "付款周期较长", "主营弱电集成", "希望参加下半年促销", "Prefers e-mail", "合同原件在法务", "由展会获得",
)  # fmt: skip
