"""What the mapping floor says of a file: names (M2xx), value tables and formats (M3xx), ownership and rights (M4xx); the rest in `mapping_tried`."""

from synchub.messages import Message, mapping_tried

_NAMES: dict[str, Message] = {
    "M201": Message(
        "column “{column}” is not found in {object}{hint}",
        "{object} 里没有“{column}”这一列{hint}",
        "columns: {known}",
        "可用的列：{known}",
    ),
    "M202": Message(
        "{system} has no object “{object}”{hint}",
        "{system} 里没有对象“{object}”{hint}",
        "objects: {known}",
        "可用的对象：{known}",
    ),
    "M203": Message(
        "“{name}” is not a field of {entity}{hint}",
        "{entity}没有字段“{name}”{hint}",
        "fields: {known}",
        "可用的字段：{known}",
    ),
    "M204": Message(
        "“{name}” is mapped twice; the first is in line {line}",
        "“{name}”对应了两次，第一次在第 {line} 行",
        "keep one of them",
        "请保留其中一个",
    ),
    "M205": Message(
        "there is no entity “{name}”{hint}",
        "没有名为“{name}”的标准对象{hint}",
        "entities: {known}",
        "可用：{known}",
    ),
    "M206": Message(
        "hub.yaml has no system “{name}”{hint}",
        "hub.yaml 里没有系统“{name}”{hint}",
        "systems: {known}",
        "可用的系统：{known}",
    ),
    "M207": Message(
        "records are to be matched by “{name}”, which this file does not map",
        "首次匹配用到“{name}”，但本文件没有对应这个字段",
        "add the field to “fields”, or take it out of the rule",
        "请在“字段”中加上它，或从匹配规则中去掉",
    ),
    "M208": Message(
        "the mapping name “{name}” is used twice; the first is {first}",
        "映射名“{name}”重复，第一次在 {first}",
        "give this mapping another name",
        "请换一个名字",
    ),
    "M209": Message(
        "“{name}” is the label of several fields: {fields}",
        "“{name}”同时是几个字段的名称：{fields}",
        "write the id of the field that is meant",
        "请改写字段的英文标识",
    ),
    "M210": Message(
        "“{name}” names no column",
        "“{name}”没有写明对应哪一列",
        "write “{name}: COLUMN”, or “field: COLUMN” inside the braces",
        "请写成“{name}: 列名”，或在大括号里写“列: 列名”",
    ),
    "M211": Message(
        "the connector of {system} does not know the option “{option}”",
        "{system} 的连接器不支持选项“{option}”",
        "options: {known}",
        "可用的选项：{known}",
    ),
    "M212": Message(
        "rows of a list cannot carry a hub id column",
        "逐行对应时不能使用编号列",
        "take out “hub_id”; rows are told apart by “line_id”",
        "请去掉“编号列”，行由“行编号”区分",
    ),
    "M213": Message(
        "“line_id” is only for mappings with “each”",
        "只有逐行对应时才需要“行编号”",
        "take it out, or add “each”",
        "请去掉它，或加上“逐行”",
    ),
    "M214": Message(
        "only a row of a list (“each”) has a parent",
        "只有逐行对应的记录才有上级",
        "name the column that holds the reference",
        "请写明保存引用的列",
    ),
    "M215": Message("no field is mapped", "没有对应任何字段", "add at least one field", "请至少对应一个字段"),
    "M217": Message(
        "“archive” must say which fields take which values",
        "“归档”需要写明哪些字段改为什么值",
        "write for example on_delete: {{archive: {{status: inactive}}}}",
        "例如写成 删除时: {{归档: {{状态: inactive}}}}",
    ),
    "M218": Message(
        "rows of a list cannot be deleted by the hub: “delete_there” has no meaning with “each”",
        "列表中的行不能由中台删除：“逐行”的映射不能写“在此删除”",
        "take out “delete_there”",
        "请去掉“在此删除”",
    ),
    "M220": Message(
        "the hub cannot delete records in {system}: “delete_there” has no effect here",
        "中台不能删除 {system} 中的记录：这里的“在此删除”不起作用",
        "take it out, and mark such records instead with on_delete: {{archive: …}} in the mapping where they vanish; or delete them by hand",
        "请去掉它，改在记录消失的映射中写 删除时: {{归档: …}} 做标记；或手工删除",
    ),
    "M216": Message(
        "column “{column}” is not a list of rows",
        "“{column}”列不是明细行列表",
        "“each” names the column that holds the rows",
        "“逐行”应写保存明细行的列",
    ),
    "M221": Message(
        "column “{column}” was in none of the {rows} rows that the hub remembers",
        "中台已保存的 {rows} 行中都没有“{column}”列",
        "it is misspelt, or our user may not see it: `synchub check --online` asks the system; values that are not there never blank anything",
        "可能是列名有误，或我们的账号看不到它：请用 `synchub check --online` 向系统核对；没有读到的值不会清空任何内容",
    ),
    "M222": Message(
        "the headers of {object} seem to stand in row {seen}; the mapping reads row {read}",
        "{object} 的表头似乎在第 {seen} 行，而映射读取第 {read} 行",
        "write `header_row: {seen}` into the mapping file if that is right; columns are looked for in the row where the headers seem to stand",
        "如果确实如此，请在映射文件里写 `表头行: {seen}`；这里按看到的表头行核对列名",
    ),
    "M219": Message(
        "column “{column}” holds {type} there, from which {field} ({kind}) can hardly be read",
        "“{column}”列现在是 {type} 类型，{field}（{kind}）很难从中读出",
        "choose another column, or another format; values that cannot be read are held and never blank anything",
        "请换一列或换一种格式；读不出的值会待审，不会清空任何内容",
    ),
}

_FORMATS: dict[str, Message] = {
    "M301": Message(
        "the value table is empty", "取值表是空的", "add pairs, or take it out", "请填写取值，或去掉它"
    ),
    "M302": Message(
        "the right side of a value table must be a canonical value: {because}",
        "取值表右边必须是标准值：{because}",
        "left stands what the system writes, right what the hub means",
        "左边是外部系统的写法，右边是标准值",
    ),
    "M303": Message(
        "“{value}” is already in the table, in line {line}",
        "“{value}”在第 {line} 行已经出现过",
        "keep one of them",
        "请保留其中一个",
    ),
    "M305": Message(
        "“{value}” and “{first}” in line {line} both mean {canonical}, so it is not certain which to write",
        "“{value}”与第 {line} 行的“{first}”都对应“{canonical}”，无法决定写出哪个",
        "keep one in “values” and move the other to “also_read”",
        "请保留一个，另一个放到“另收”（also_read）",
    ),
    "M306": Message(
        "“{canonical}” is already written as “{first}” (line {line})",
        "“{canonical}”已经写出为“{first}”（第 {line} 行）",
        "keep one way of writing it",
        "请只保留一种写法",
    ),
    "M307": Message(
        "“keep” is not possible for {field}: its values are not free text",
        "{field}不是自由文本，不能“保留”原值",
        "use review, error or use:VALUE",
        "请用 待审、报错 或 改用:值",
    ),
    "M308": Message(
        "the example “{example}” does not show a form of writing that can be followed",
        "从示例“{example}”看不出书写格式",
        "write an example such as {sample}",
        "请写一个示例，例如 {sample}",
    ),
    "M309": Message(
        "the format “{format}” does not fit {field}",
        "格式“{format}”不适用于{field}",
        "formats that fit: {known}",
        "适用的格式：{known}",
    ),
    "M311": Message(
        "a value table and the format “{format}” exclude each other",
        "取值表不能与格式“{format}”同时使用",
        "keep one of them",
        "请保留其中一个",
    ),
    "M313": Message(
        "“words” needs two different words, for yes and for no",
        "“用词”需要两个不同的词：先写“是”，后写“否”",
        "write for example [Y, N]",
        "例如写成 [有, 无]",
    ),
    "M314": Message(
        "“{currency}” is not a currency code",
        "“{currency}”不是货币代码",
        "write a code such as CNY or USD",
        "请写货币代码，例如 CNY、USD",
    ),
    "M315": Message("the separator is empty", "分隔符是空的", 'write for example ";"', '例如写成 "；"'),
    "M316": Message("it is blank", "内容为空", "write a value", "请填写内容"),
    "M319": Message(
        "“part” says which piece of how many, for example 1/3; “{part}” does not",
        "“段”要写明第几段、共几段，例如 1/3；“{part}”不是",
        "write for example part: 1/3",
        "例如写成 段: 1/3",
    ),
    "M320": Message(
        "“{path}” is no path into a JSON value",
        "“{path}”不是 JSON 内的路径",
        "write names with dots between them, and positions in brackets: tier.level, phones[0]",
        "请写成用点隔开的名称，序号用方括号：tier.level、phones[0]",
    ),
    "M321": Message(
        "the format “{format}” needs “{key}”",
        "格式“{format}”需要写“{key}”",
        "add it",
        "请补上",
    ),
    "M322": Message(
        "the custom format “{name}” cannot be used: {reason}",
        "自定义格式“{name}”无法使用：{reason}",
        "write custom: FILE.NAME, and keep a Pair of that name in mappings/custom/FILE.py",
        "请写成 自定义: 文件.名称，并在 mappings/custom/文件.py 中定义同名的 Pair",
    ),
    "M323": Message(
        "the entries that share column “{column}” do not fit together; the first is at {first}",
        "共用“{column}”列的几条写法不一致，第一条在 {first}",
        "give all of them the same separator and the same number of pieces, each piece once",
        "请使用相同的分隔符和段数，每一段只写一次",
    ),
    "M324": Message(
        "a constant needs the text to be written",
        "固定值需要写明内容",
        "add write: TEXT",
        "请加上 写法: 内容",
    ),
    "M325": Message(
        "“{column}” is blank, named twice, or not one of “columns”",
        "“{column}”为空、重复，或不在“列名”之中",
        "name each column of the rows once; “numbers” are some of them",
        "明细的每一列写一次；“数字列”是其中的几列",
    ),
    "M326": Message(
        "{field} holds one line of text, a list of rows needs several",
        "{field}只能存一行文字，明细需要多行",
        "add multiline: yes to the field in the model file, or choose another field",
        "请在模型文件中给这个字段加上 多行: 是，或换一个字段",
    ),
    "M327": Message(
        "“rows” reads a list of rows, and column “{column}” is none",
        "“明细”格式读取明细行列表，“{column}”列不是",
        "name the column that holds the rows",
        "请写保存明细行的列",
    ),
    "M328": Message(
        "“each” needs “line_id”: the key by which a row of “{column}” is told from the others",
        "“逐行”需要“行编号”：区分“{column}”各行的那一列",
        "name the key; if the rows have none, map the list as one field: {{field: {column}, as: rows, columns: [COLUMN, …]}}",
        "请写明行的编号列；如果各行没有编号，可把列表作为一个字段：{{列: {column}, 格式: 明细, 列名: [列, …]}}",
    ),
    "M317": Message(
        "{field} cannot have a value table",
        "{field}不能使用取值表",
        "map the column without “values”",
        "请去掉“取值”",
    ),
    "M318": Message(
        "“{value}” is not an option of column “{column}”{hint}",
        "“{column}”列没有选项“{value}”{hint}",
        "options: {known}",
        "可用的选项：{known}",
    ),
}

_RIGHTS: dict[str, Message] = {
    "M402": Message(
        "{field} is not a reference",
        "{field}不是引用字段",
        "take out “ref”, “by” and “parent”",
        "请去掉“引用”“按”“上级”",
    ),
    "M403": Message(
        "{field} refers to {expected}, not to {entity}",
        "{field}引用的是{expected}，不是{entity}",
        "write ref: {expected}",
        "请写 引用: {expected}",
    ),
    "M405": Message(
        "a reference to the parent has no column",
        "引用上级时不需要写列",
        "write only “parent: yes”",
        "只写“上级: 是”即可",
    ),
    "M412": Message(
        "{field} is owned by {owner}, so {system} cannot change it: “both” contradicts the model",
        "{field}归 {owner} 所有，{system} 不能修改，与“双向”矛盾",
        "write flow: hub_writes, or leave the flow out, or change the owner in the model overlay",
        "请写“流向: 只写出”，或不写流向，或在模型文件里更改归属",
    ),
    "M413": Message(
        "column “{column}” cannot be written",
        "“{column}”列不能写入",
        "write flow: hub_reads, or ask for the right to edit the column",
        "请写“流向: 只读入”，或申请该列的编辑权限",
    ),
    "M414": Message(
        "column “{column}” can be written only when a record is created",
        "“{column}”列只能在新建记录时写入",
        "later changes will not arrive there; write flow: hub_reads if that is wanted",
        "以后的修改不会写到那里；如果这是有意的，请写“流向: 只读入”",
    ),
    "M415": Message(
        "a record created here would be outside the scope: “{column}” must be one of {texts}",
        "在此新建的记录不在范围内：“{column}”必须是 {texts} 之一",
        "give “{column}” a constant under “on_create”",
        "请在“新建时”里为“{column}”写一个固定值",
    ),
    "M416": Message(
        "records of {object} cannot be created there",
        "不能在那里新建 {object} 的记录",
        "write create_there: no",
        "请写“在此新建: 否”",
    ),
    "M417": Message(
        "an expression has no way back, so it must say which way it goes",
        "算式无法反推，必须写明流向",
        "write flow: hub_reads or flow: hub_writes",
        "请写“流向: 只读入”或“流向: 只写出”",
    ),
    "M418": Message(
        "the format “{format}” only writes",
        "格式“{format}”只能写出",
        "write flow: hub_writes, or leave the flow out",
        "请写“流向: 只写出”，或不写流向",
    ),
    "M419": Message(
        "a record created here would be outside the scope: “{column}” must not be {text}",
        "在此新建的记录不在范围内：“{column}”不能是 {text}",
        "give “{column}” another constant, or take it out of “except”",
        "请为“{column}”写别的固定值，或从“不含”里去掉",
    ),
}

_WORDS: dict[str, Message] = {
    "shape.column": Message("the name of a column, or {{field: COLUMN, …}}", "列名，或 {{列: 列名, …}}"),
    "mapping.nothing": Message("nothing", "空白"),
    "mapping.loss.reversible": Message("comes back exactly as it was written", "写出后再读入完全一致"),
    "mapping.loss.normalising": Message("several writings mean the same value", "几种写法表示同一个值"),
    "mapping.loss.lossy": Message("loses something on the way", "来回会丢失部分内容"),
    "mapping.note.read": Message("the hub reads it and never writes it", "中台只读取，从不写入"),
    "mapping.note.written": Message(
        "the hub writes it; what is typed there is put right", "由中台写入，那里的改动会被改回"
    ),
    "mapping.note.digits": Message("blanks and dashes are no change", "空格和短横线不算修改"),
    "mapping.note.email": Message("the case of letters is no change", "大小写不算修改"),
    "mapping.note.phone": Message("blanks and dashes are no change", "空格和短横线不算修改"),
    "mapping.note.list": Message("the order and the separator are no change", "顺序和分隔符不算修改"),
    "mapping.note.rows": Message("the rows as a whole, one line each", "明细行作为一个整体，一行一条"),
    "mapping.note.parts": Message("one piece of the column", "该列中的一段"),
    "mapping.note.json_path": Message("one value inside the column's JSON", "该列 JSON 中的一个值"),
    "mapping.note.id_name": Message("id and name move together", "编号和名称一起变化"),
    "mapping.note.constant": Message("the same text wherever the field has a value", "字段有值时写固定内容"),
    "mapping.note.masked": Message("written, and never read back", "只写出，从不读回"),
    "mapping.note.computed": Message("computed: {source}", "由算式得出：{source}"),
    "mapping.note.custom": Message("by our own Python: {name}", "由自定义 Python 处理：{name}"),
    "mapping.custom.name": Message("the name must be FILE.NAME", "名称应写成 文件.名称"),
    "mapping.custom.no_file": Message("there is no file {file}", "没有文件 {file}"),
    "mapping.custom.no_pair": Message("{file} has no Pair called {name}", "{file} 里没有名为 {name} 的 Pair"),
    "mapping.custom.broken": Message("its Python fails: {error}", "Python 代码出错：{error}"),
    "mapping.custom.kinds": Message("it serves fields of kind {kinds}", "它适用的字段类型是 {kinds}"),
    "mapping.loss.one_way": Message("goes one way only", "只有一个方向"),
    "mapping.note.parent": Message("the record that the row belongs to", "该行所属的记录"),
    "mapping.note.lossy": Message("lossy, as declared: {reason}", "已声明有损：{reason}"),
}

MESSAGES: dict[str, Message] = {
    **_NAMES,
    **_FORMATS,
    **_RIGHTS,
    **mapping_tried.MESSAGES,
    **_WORDS,
}
