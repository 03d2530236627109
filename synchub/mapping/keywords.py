"""Every word of the mapping language, in English and Chinese, in one place.

Both words mean the same wherever one is allowed; a file may mix them. Names of formats stand with their transforms.
"""

from __future__ import annotations

from typing import Final

from synchub.document import Keyword
from synchub.mapping.compiled import Flow, OnGone, OnNew

MAPPING: Final = Keyword("mapping", "映射")
SYSTEM: Final = Keyword("system", "系统")
OBJECT: Final = Keyword("object", "对象")
TO: Final = Keyword("to", "对应")
HEADER_ROW: Final = Keyword("header_row", "表头行")
OPTIONS: Final = Keyword("options", "选项")

IDENTITY: Final = Keyword("identity", "标识")
HUB_ID: Final = Keyword("hub_id", "编号列")
EXTERNAL_ID: Final = Keyword("external_id", "外部编号")
MATCH: Final = Keyword("match", "首次匹配")
ON_NEW: Final = Keyword("on_new", "新记录")
CREATE_THERE: Final = Keyword("create_there", "在此新建")
NEW: Final = {
    Keyword("create", "新建"): OnNew.CREATE,
    Keyword("review", "待审"): OnNew.REVIEW,
    Keyword("ignore", "忽略"): OnNew.IGNORE,
}

SCOPE: Final = Keyword("scope", "范围")
ONLY: Final = Keyword("only", "只含")
EXCEPT: Final = Keyword("except", "不含")
ON_LEAVE: Final = Keyword("on_leave", "离开范围")
ON_DELETE: Final = Keyword("on_delete", "删除时")
DELETE_THERE: Final = Keyword("delete_there", "在此删除")
ARCHIVE: Final = Keyword("archive", "归档")
REACTIONS: Final = {
    Keyword("unlink", "解除关联"): OnGone.UNLINK,
    Keyword("delete", "删除"): OnGone.DELETE,
}

EACH: Final = Keyword("each", "逐行")
LINE_ID: Final = Keyword("line_id", "行编号")

FIELDS: Final = Keyword("fields", "字段")
FIELD: Final = Keyword("field", "列")
AS: Final = Keyword("as", "格式")
FLOW: Final = Keyword("flow", "流向")
FLOWS: Final = {
    Keyword("both", "双向"): Flow.BOTH,
    Keyword("hub_reads", "只读入"): Flow.HUB_READS,
    Keyword("hub_writes", "只写出"): Flow.HUB_WRITES,
}
VALUES: Final = Keyword("values", "取值")
ALSO_READ: Final = Keyword("also_read", "另收")
ALSO_WRITE: Final = Keyword("also_write", "另写")
OTHERWISE: Final = Keyword("otherwise", "其它", ("其他",))
REVIEW: Final = Keyword("review", "待审")
KEEP: Final = Keyword("keep", "保留")
ERROR: Final = Keyword("error", "报错")
USE: Final = Keyword("use", "改用")
WRITE: Final = Keyword("write", "写法")
UNIT: Final = Keyword("unit", "单位")
CURRENCY: Final = Keyword("currency", "币种")
SEPARATOR: Final = Keyword("separator", "分隔符")
COLUMNS: Final = Keyword("columns", "列名")
NUMBERS: Final = Keyword("numbers", "数字列")
WORDS: Final = Keyword("words", "用词")
REF: Final = Keyword("ref", "引用")
BY: Final = Keyword("by", "按")
PARENT: Final = Keyword("parent", "上级")
LOSSY: Final = Keyword("lossy", "有损")
VALUE: Final = Keyword("value", "算式")
PART: Final = Keyword("part", "段")
PATH: Final = Keyword("path", "路径")
ID: Final = Keyword("id", "编号")
CUSTOM: Final = Keyword("custom", "自定义")
MAX: Final = Keyword("max", "最长")
WIDTH: Final = Keyword("width", "宽度")
WIDTHS: Final = {Keyword("keep", "保留"): False, Keyword("half", "半角"): True}

UNITS: Final = {
    Keyword("yuan", "元"): 0,
    Keyword("thousand", "千元"): 3,
    Keyword("ten_thousand", "万元"): 4,
}
"""Powers of ten. The words say yuan; with another currency they count in that one."""
PERCENT_UNITS: Final = {Keyword("percent", "百分数"): 0, Keyword("fraction", "小数"): 2}

ON_CREATE: Final = Keyword("on_create", "新建时")

TESTS: Final = Keyword("tests", "测试")
NAME: Final = Keyword("name", "名称")
EXTERNAL: Final = Keyword("external", "外部")
CANONICAL: Final = Keyword("canonical", "标准")


def every() -> list[Keyword]:
    """All keywords, for editors and for the test that each has both forms."""
    single = [value for value in globals().values() if isinstance(value, Keyword)]
    choices = [value for value in globals().values() if isinstance(value, dict)]
    return single + [key for choice in choices for key in choice if isinstance(key, Keyword)]
