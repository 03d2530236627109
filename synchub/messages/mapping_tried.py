"""What the mapping floor says once values go through a file: laws (M5xx), expressions (M6xx), tests (M7xx), data (M8xx)."""

from synchub.messages import Message

_LAWS: dict[str, Message] = {
    "M504": Message(
        "column “{column}” is written twice; the first is at {first}",
        "“{column}”列被写了两次，第一次在 {first}",
        "let one of them only read (flow: hub_reads)",
        "请让其中一个只读入（流向: 只读入）",
    ),
    "M505": Message(
        "options of column “{column}” that cannot be read: {options}",
        "“{column}”列的这些选项无法读入：{options}",
        "add them to “values” or “also_read”; until then such values wait for review",
        "请加到“取值”或“另收”；在此之前这些值会待审",
    ),
    "M506": Message(
        "values of {field} that cannot be written: {options}",
        "{field}的这些取值无法写出：{options}",
        "add them to “values” or “also_write”",
        "请加到“取值”或“另写”",
    ),
    "M507": Message(
        "{field} does not come back as it was written: {value} -> {written} -> {back}",
        "{field}写出后再读入会变样：{value} -> {written} -> {back}",
        "choose a form that keeps everything, or write “lossy: REASON”",
        "请换一种完整的写法，或写“有损: 原因”",
    ),
    "M508": Message(
        "{field} would be written again at every sync: {value} -> {written} -> {again}",
        "{field}每次同步都会重写：{value} -> {written} -> {again}",
        "correct the Python in mappings/custom/; where the format is one of synchub's, please report it",
        "请更正 mappings/custom/ 里的 Python 代码；如果是内置格式，请反馈给我们",
    ),
    "M509": Message(
        "{field} would change “{value}” although nobody edited it",
        "没有人修改时，{field}也会改写“{value}”",
        "correct the Python in mappings/custom/; where the format is one of synchub's, please report it",
        "请更正 mappings/custom/ 里的 Python 代码；如果是内置格式，请反馈给我们",
    ),
    "M510": Message(
        "{field} stumbles over {value}: {error}",
        "{field}无法处理 {value}：{error}",
        "correct the Python in mappings/custom/; where the format is one of synchub's, please report it",
        "请更正 mappings/custom/ 里的 Python 代码；如果是内置格式，请反馈给我们",
    ),
    "M511": Message(
        "column “{column}” ({label}) is required there, and nothing writes it when a record is created",
        "“{column}”（{label}）是必填列，但新建记录时没有写它",
        "map it, give it a constant under “on_create”, or write create_there: no",
        "请对应这一列，或在“新建时”写固定值，或写“在此新建: 否”",
    ),
    "M512": Message(
        "{field}: {count} of {rows} remembered value(s) would be held; the first: {reason}",
        "{field}：已保存的 {rows} 个值中有 {count} 个读不出，将待审；第一个：{reason}",
        "add the value to the table, choose another format or `otherwise`, or correct the rows there; held values blank nothing",
        "请把该值加入取值表、换一种格式或 `其它`，或在系统里更正；待审的值不会清空任何内容",
    ),
    "M513": Message(
        "{field}: {count} of {rows} value(s) that the hub holds cannot be written; the first: {reason}",
        "{field}：中台持有的 {rows} 个值中有 {count} 个无法写出；第一个：{reason}",
        "give the value a way out (`values`, `also_write`, another format), or let the entry only read",
        "请为该值提供写法（`取值`、`另写` 或另一种格式），或让该字段只读入",
    ),
}

_EXPRESSIONS: dict[str, Message] = {
    "M601": Message(
        "the expression cannot be understood from “{found}” on",
        "算式从“{found}”开始无法理解",
        'write for example: join(" ", Province, City); a column with blanks or signs in its name goes into backticks',
        '例如写成：连接(" ", 省份, 城市)；列名里有空格或符号时，用反引号括起来',
    ),
    "M603": Message(
        "“{op}” does not work between {left} and {right}",
        "“{op}”不能用于{left}和{right}之间",
        "columns are text: convert with number(…) or date(…); text is put together with join(…)",
        "列里都是文字：请用 转数字(…) 或 转日期(…) 转换；文字用 连接(…) 拼接",
    ),
    "M604": Message(
        "{expected} is needed here, this is {found}",
        "这里需要{expected}，实际是{found}",
        "convert it: number(…), date(…), yes(…), text(…)",
        "请转换：转数字(…)、转日期(…)、是否为是(…)、转文本(…)",
    ),
    "M605": Message(
        "{field} cannot take {type}",
        "{field}不能接收{type}",
        "change the expression so that it gives a value of the field's kind",
        "请修改算式，使结果符合字段的类型",
    ),
    "M606": Message(
        "“{value}” does not fit the field it is compared with: {detail}",
        "“{value}”与所比较的字段不符：{detail}",
        "compare with a value that the field can have",
        "请与该字段可能的值比较",
    ),
    "M607": Message(
        "the expression is too long or too deeply nested (limit {limit})",
        "算式太长或嵌套太深（上限 {limit}）",
        "use a value table, or leave part of it out",
        "请改用取值表，或减少内容",
    ),
    "M608": Message(
        "a quote is opened here and never closed", "这里的引号没有配对", "close the quote", "请补上引号"
    ),
    "M609": Message(
        "only plain values may stand in this list",
        "这个列表里只能写具体的值",
        'write it like ["East", "South"] behind in',
        '请在“属于”后面写成 ["East", "South"]',
    ),
    "M610": Message(
        "the expression names no column",
        "算式里没有任何列",
        "for a constant in new records use “on_create”",
        "新建记录时的固定值请写在“新建时”里",
    ),
    "M611": Message(
        "there is no function “{name}”{hint}",
        "没有函数“{name}”{hint}",
        "the mapping guide lists all functions",
        "全部函数见映射指南",
    ),
    "M612": Message(
        "{name} takes {count} arguments, here are {given}",
        "{name} 需要 {count} 个参数，这里有 {given} 个",
        "look it up in the mapping guide",
        "请查看映射指南中的说明",
    ),
    "M613": Message(
        "a pattern must be written out in quotes, in at most {limit} characters",
        "格式模板必须直接写在引号里，最多 {limit} 个字符",
        '# is a digit, @ a letter, ? any character, * anything: matches(Code, "KH####")',
        '# 表示数字，@ 表示字母，? 表示任一字符，* 表示任意内容：符合(编码, "KH####")',
    ),
    "M614": Message(
        "an expression that writes sees its own field only, not “{name}”",
        "写出用的算式只能使用本字段，不能使用“{name}”",
        "write {field} in it; let other fields have entries of their own",
        "请只用{field}；其他字段请另写一条",
    ),
}

_TESTS: dict[str, Message] = {
    "M701": Message(
        "test “{test}”: {field} should be “{expected}” but is “{actual}”",
        "测试“{test}”：{field}应为“{expected}”，实际是“{actual}”",
        "correct the test or the field's entry",
        "请修改测试，或修改该字段的写法",
    ),
    "M702": Message(
        "test “{test}”: {field} cannot be used: {reason}",
        "测试“{test}”：{field}无法处理：{reason}",
        "if that is intended, list the field under “review”",
        "如果这正是预期结果，请把该字段列入“待审”",
    ),
    "M703": Message(
        "test “{test}”: {field} should be held for review but was read as “{actual}”",
        "测试“{test}”：{field}应当待审，实际读成了“{actual}”",
        "take it out of “review” or correct the entry",
        "请从“待审”中去掉，或修改该字段的写法",
    ),
    "M704": Message(
        "test “{test}” names column “{column}”, which this file does not map{hint}",
        "测试“{test}”里的列“{column}”没有在本文件中对应{hint}",
        "correct the name of the column",
        "请修改列名",
    ),
    "M705": Message(
        "test “{test}” names {field}, which this file does not map",
        "测试“{test}”里的字段“{field}”没有在本文件中对应",
        "add the field to “fields”, or take it out of the test",
        "请在“字段”中加上它，或从测试中去掉",
    ),
    "M706": Message(
        "test “{test}”: column “{column}” should be written as “{expected}” but becomes “{actual}”",
        "测试“{test}”：“{column}”列应写成“{expected}”，实际写成“{actual}”",
        "correct the test or the field's entry",
        "请修改测试，或修改该字段的写法",
    ),
    "M707": Message(
        "test “{test}”: the expected value of {field} is not possible: {because}",
        "测试“{test}”：{field}的预期值不成立：{because}",
        "write a canonical value",
        "请写标准值",
    ),
    "M708": Message(
        "test “{test}” expects {field} but gives no “{column}”",
        "测试“{test}”要检查{field}，但没有给出“{column}”列",
        "add the column under “external”",
        "请在“外部”里写上这一列",
    ),
    "M709": Message(
        "test “{test}” writes {field}, which is only read",
        "测试“{test}”要写出{field}，但它只读入",
        "take it out of the test, or change the flow",
        "请从测试中去掉，或更改流向",
    ),
}

_DATA: dict[str, Message] = {
    "M801": Message(
        "column “{column}” cannot be read: {because}",
        "“{column}”列无法读取：{because}",
        "correct the value in the system, or decide the conflict",
        "请在外部系统里更正，或决定这个冲突",
    ),
    "M802": Message(
        "“{value}” in column “{column}” is not in the value table",
        "“{column}”列的“{value}”不在取值表里",
        "correct the value, or add it to “values” or “also_read” in the mapping",
        "请更正该值，或加到映射文件的“取值”或“另收”",
    ),
    "M803": Message(
        "the record is set aside because of column “{column}”: {because}",
        "因“{column}”列的问题，这条记录被搁置：{because}",
        "correct the value in the system, or change “otherwise” in the mapping",
        "请在外部系统里更正，或修改映射文件的“其它”",
    ),
    "M804": Message(
        "there is no way to write “{value}” into column “{column}”",
        "“{value}”没有对应的写法，无法写入“{column}”列",
        "add it to “values” or “also_write” in the mapping",
        "请加到映射文件的“取值”或“另写”",
    ),
    "M805": Message(
        "“{value}” in column “{column}” carries a unit of its own, and the column has one already",
        "“{column}”列已有单位，“{value}”里又写了单位",
        "write the bare number",
        "请只写数字",
    ),
    "M806": Message(
        "“{value}” cannot be written into column “{column}”, which is in {currency}; amounts are never converted",
        "“{column}”列的币种是 {currency}，不能写入“{value}”；金额从不换算",
        "give the column's currency in the mapping, or correct the amount",
        "请在映射文件里写明该列币种，或更正金额",
    ),
    "M807": Message(
        "“{value}” contains the separator “{separator}” of column “{column}”",
        "“{value}”里含有“{column}”列的分隔符“{separator}”",
        "choose another separator in the mapping, or change the value",
        "请在映射文件里换一个分隔符，或修改该值",
    ),
    "M808": Message(
        "“{value}” in column “{column}” holds more than digits",
        "“{column}”列的“{value}”含有数字以外的内容",
        "leave digits only",
        "请只保留数字",
    ),
    "M809": Message(
        "{value} lies in the hour that the clock repeats, and column “{column}” holds no time zone to tell which is meant",
        "{value} 落在夏令时重复的一小时里，“{column}”列没有时区，无法区分",
        "give “write” an example with an offset, such as 2026-08-01T12:00:00+08:00",
        "请在“写法”里写带时区的示例，如 2026-08-01T12:00:00+08:00",
    ),
    "M810": Message(
        "the custom format failed on “{value}” of column “{column}”: {error}",
        "自定义格式处理“{column}”列的“{value}”时出错：{error}",
        "correct the Python in mappings/custom/",
        "请更正 mappings/custom/ 里的 Python 代码",
    ),
    "M811": Message(
        "“{value}” cannot become a piece of column “{column}”: it holds the separator, or an earlier piece is blank",
        "“{value}”不能写成“{column}”列的一段：内容含有分隔符，或前面有空的一段",
        "choose another separator in the mapping, or change the value",
        "请在映射文件里换一个分隔符，或修改该值",
    ),
    "M812": Message(
        "column “{column}” holds no JSON: “{value}”",
        "“{column}”列的内容不是 JSON：“{value}”",
        "correct it in the system",
        "请在外部系统里更正",
    ),
    "M813": Message(
        "column “{column}” holds more than this field, and what else stands there is not known: “{value}” cannot be written",
        "“{column}”列里还有其他内容，目前读不到，不能写入“{value}”",
        "make the column readable",
        "请让这一列可以读取",
    ),
    "M814": Message(
        "a list of rows was expected, not “{value}”",
        "这里应是明细行列表，而不是“{value}”",
        "choose another column, or another format",
        "请换一列或换一种格式",
    ),
    "M815": Message(
        "a row of the list says nothing in {columns}",
        "列表中有一行的 {columns} 全部为空",
        "fill in the row, or take it out",
        "请填写这一行，或将其删除",
    ),
    "M816": Message(
        "“{value}” has {count} cells, and a row has these: {columns}",
        "“{value}”有 {count} 格，而每一行应有：{columns}",
        "write one line for each row, with “|” between the cells",
        "每行明细写一行文字，各格之间用“|”隔开",
    ),
    "M817": Message("“{value}” is no number", "“{value}”不是数字", "write a number", "请填写数字"),
}

MESSAGES: dict[str, Message] = {
    **_LAWS,
    **_EXPRESSIONS,
    **_TESTS,
    **_DATA,
}
