"""What the model floor says: kinds of values (K1xx) and model overlays (O2xx)."""

from synchub.messages import Message

KINDS: dict[str, Message] = {
    "K101": Message(
        "“{value}” has a form ({type}) that this field cannot take",
        "“{value}”的形式（{type}）不适用于这个字段",
        "give it as plain text",
        "请改用普通文本",
    ),
    "K102": Message(
        "the text has {length} characters, at most {max} are allowed: “{value}”",
        "文本有 {length} 个字符，最多允许 {max} 个：“{value}”",
        "shorten the text, or raise max in the model overlay",
        "请缩短文本，或在模型文件里调大 max（最长）",
    ),
    "K103": Message(
        "character {at} is a control character ({character}) that cannot be stored",
        "第 {at} 个字符是无法保存的控制字符（{character}）",
        "type the text again without it",
        "请重新输入这段文字",
    ),
    "K111": Message(
        "“{value}” is not a telephone number",
        "“{value}”不是有效的电话号码",
        "write it with area code, or with + and country code",
        "请写全区号；境外号码请以“+国家代码”开头",
    ),
    "K112": Message(
        "“{value}” holds several telephone numbers",
        "“{value}”里有多个电话号码",
        "keep one number in this field",
        "这个字段请只保留一个号码",
    ),
    "K113": Message(
        "“{value}” is not an e-mail address",
        "“{value}”不是有效的邮箱地址",
        "write it like name@company.com",
        "请写成 name@company.com 的形式",
    ),
    "K121": Message(
        "“{value}” has {length} characters; a unified social credit code has 18",
        "“{value}”有 {length} 位，统一社会信用代码应为 18 位",
        "copy the code from the business licence",
        "请按营业执照填写",
    ),
    "K122": Message(
        "“{value}” holds characters that no unified social credit code has",
        "“{value}”里有统一社会信用代码不使用的字符",
        "the letters I, O, S, V and Z are never used: look for 1, 0, 5 and 2",
        "代码中没有字母 I、O、S、V、Z，请检查是否应为 1、0、5、2",
    ),
    "K123": Message(
        "“{value}” is not a valid unified social credit code: its last character does not fit the others",
        "“{value}”不是有效的统一社会信用代码：校验位不符",
        "a character is probably mistyped; copy the code from the business licence",
        "可能有一位写错了，请按营业执照核对",
    ),
    "K131": Message(
        "“{value}” is not a number that can be understood with certainty",
        "“{value}”不是能确定含义的数字",
        "write it like 1234.50, 1,234.50 or 12万",
        "请写成 1234.50、1,234.50 或 12万 的形式",
    ),
    "K132": Message(
        "{value} has more than {scale} decimals",
        "{value} 的小数超过 {scale} 位",
        "round it, or raise scale in the model overlay",
        "请四舍五入，或在模型文件里调大 scale（小数位数）",
    ),
    "K133": Message(
        "{value} is too large: at most {digits} digits before the point",
        "{value} 太大：小数点前最多 {digits} 位",
        "check the number",
        "请核对这个数字",
    ),
    "K134": Message(
        "“{value}” names two currencies",
        "“{value}”里有两种货币",
        "keep one of them",
        "请只保留一种货币",
    ),
    "K135": Message(
        "“{mark}” may mean several currencies ({currencies})",
        "“{mark}”可能是多种货币（{currencies}）",
        "write the code of the currency, such as 100 USD",
        "请写货币代码，例如 100 USD",
    ),
    "K136": Message(
        "{value} is not a whole number", "{value} 不是整数", "leave out the decimals", "请去掉小数部分"
    ),
    "K141": Message(
        "“{value}” is not a date that can be understood with certainty",
        "“{value}”不是能确定含义的日期",
        "write it like 2026-08-01, 2026/8/1 or 2026年8月1日",
        "请写成 2026-08-01、2026/8/1 或 2026年8月1日",
    ),
    "K142": Message(
        "{value} is not a day of the calendar", "日历上没有 {value} 这一天", "check the date", "请核对日期"
    ),
    "K143": Message(
        "{value} carries a time of day, this field holds a date only",
        "{value} 带有时间，这个字段只存日期",
        "leave out the time",
        "请去掉时间部分",
    ),
    "K144": Message(
        "“{value}” is not a point in time",
        "“{value}”不是有效的时间",
        "write it like 2026-08-01 12:00:00 +08:00",
        "请写成 2026-08-01 12:00:00 +08:00 的形式",
    ),
    "K145": Message(
        "{value} does not say its time zone",
        "{value} 没有说明时区",
        "add an offset such as +08:00, or give the system a timezone in hub.yaml",
        "请加上时区（如 +08:00），或在 hub.yaml 里为该系统设置时区",
    ),
    "K151": Message(
        "“{value}” is not one of the options", "“{value}”不在选项之中", "options: {known}", "选项：{known}"
    ),
    "K152": Message(
        "“{value}” is not one of the options; did you mean “{nearest}”?",
        "“{value}”不在选项之中，是否想写“{nearest}”？",
        "options: {known}",
        "选项：{known}",
    ),
    "K153": Message(
        "“{value}” is neither yes nor no",
        "“{value}”既不是“是”也不是“否”",
        "write yes or no",
        "请写“是”或“否”",
    ),
    "O271": Message(
        "the result grows beyond {limit} characters: “{value}”",
        "结果超过 {limit} 个字符：“{value}”",
        "shorten it with left(…), or map the column alone",
        "请用 左取(…) 缩短，或只对应这一列",
    ),
    "O272": Message(
        "nothing to look for in “{value}”: the searched text is empty",
        "没有写明要在“{value}”里查找什么",
        "write the text to look for",
        "请写明要查找的文字",
    ),
    "O273": Message(
        "{value} is not a usable number of characters, digits or days",
        "{value} 不能作为字符数、位数或天数",
        "use a whole number of reasonable size",
        "请使用大小合适的整数",
    ),
    "O274": Message(
        "{value} is divided by zero",
        "{value} 除以了零",
        "test the divisor first: if(total == 0, 0, part / total)",
        "请先判断除数：如果(合计 == 0, 0, 部分 / 合计)",
    ),
    "K161": Message(
        "“{value}” is not the id of a golden record",
        "“{value}”不是主记录的编号",
        "use the id that synchub shows",
        "请使用 synchub 显示的编号",
    ),
}

EXPRESSIONS: dict[str, Message] = {
    "O251": Message(
        "the expression cannot be understood from “{found}” on",
        "表达式从“{found}”开始无法理解",
        'compare fields like: credit_limit >= 0 and status != "inactive"',
        '请写成类似：credit_limit >= 0 且 status != "inactive"',
    ),
    "O252": Message(
        "there is no field “{name}”{hint}",
        "没有字段“{name}”{hint}",
        "use the id or the label of a field; put text in quotes",
        "请使用字段的编号或名称；文字内容请加引号",
    ),
    "O253": Message(
        "“{op}” does not work between {left} and {right}",
        "“{op}”不能用于{left}和{right}之间",
        "compare like with like; put codes and options in quotes",
        "请比较同类的值；编码和选项请加引号",
    ),
    "O254": Message(
        "{expected} is needed here, this is {found}",
        "这里需要{expected}，实际是{found}",
        "convert it (number(…), date(…), text(…)), or use another field",
        "请先转换（转数字(…)、转日期(…)、转文本(…)），或换一个字段",
    ),
    "O255": Message(
        "a rule must say yes or no, this expression gives {type}",
        "规则的结果必须为“是”或“否”，这个表达式得到的是{type}",
        "end it in a comparison, such as … >= 0",
        "请写成比较的形式，例如 … >= 0",
    ),
    "O256": Message(
        "“{value}” does not fit the field it is compared with: {detail}",
        "“{value}”与所比较的字段不符：{detail}",
        "compare with a value that the field can have",
        "请与该字段可能的值比较",
    ),
    "O257": Message(
        "the expression is too long or too deeply nested (limit {limit})",
        "表达式太长或嵌套太深（上限 {limit}）",
        "split it into several rules",
        "请拆成几条规则",
    ),
    "O258": Message(
        "a quote is opened here and never closed", "这里的引号没有配对", "close the quote", "请补上引号"
    ),
    "O259": Message(
        "only plain values may stand in this list",
        "这个列表里只能写具体的值",
        'write it like ["华东", "华南"] behind in',
        '请在“属于”后面写成 ["华东", "华南"]',
    ),
    "O261": Message(
        "there is no function “{name}”{hint}",
        "没有函数“{name}”{hint}",
        "the mapping guide lists all functions",
        "全部函数见映射指南",
    ),
    "O262": Message(
        "{name} takes {count} arguments, here are {given}",
        "{name} 需要 {count} 个参数，这里有 {given} 个",
        "look it up in the mapping guide",
        "请查看映射指南中的说明",
    ),
    "O263": Message(
        "a pattern must be written out in quotes, in at most {limit} characters",
        "格式模板必须直接写在引号里，最多 {limit} 个字符",
        '# is a digit, @ a letter, ? any character, * anything: matches(code, "KH####")',
        '# 表示数字，@ 表示字母，? 表示任一字符，* 表示任意内容：符合(编码, "KH####")',
    ),
    "expression.end": Message("the end", "结尾"),
    "expression.number": Message("a number", "数字"),
    "expression.money": Message("an amount of money", "金额"),
    "expression.text": Message("a text", "文字"),
    "expression.yes_no": Message("yes or no", "是否值"),
    "expression.date": Message("a date", "日期"),
    "expression.time": Message("a point in time", "时间"),
    "expression.reference": Message("a reference", "引用"),
    "expression.list": Message("a list", "列表"),
}

OVERLAYS: dict[str, Message] = {
    "O200": Message("the model overlays have {count} problem(s)", "模型文件有 {count} 处问题"),
    "O201": Message(
        "there is no entity “{entity}”{hint}",
        "没有实体“{entity}”{hint}",
        "entities: {known}",
        "可用的实体：{known}",
    ),
    "O202": Message(
        "{entity} is already governed by {first}",
        "{entity} 已经在 {first} 中定义",
        "keep one file for each entity",
        "每个实体请只保留一个文件",
    ),
    "O203": Message(
        "{entity} has no field “{name}”{hint}",
        "{entity} 没有字段“{name}”{hint}",
        "correct the name, or add “custom: yes” to make it a field of this hub",
        "请改正名称；如果要新增自定义字段，请加上“自定义: 是”",
    ),
    "O204": Message(
        "“{name}” is the standard field {standard} and cannot be a custom one",
        "“{name}”是标准字段 {standard}，不能作为自定义字段",
        "choose another name, or leave out custom",
        "请换一个名称，或去掉“自定义”",
    ),
    "O205": Message(
        "“{name}” cannot be the id of a custom field",
        "“{name}”不能用作自定义字段的编号",
        "use small latin letters, digits and _, beginning with a letter; the label may be Chinese",
        "请用小写字母开头，只含小写字母、数字和下划线；“名称”可以用中文",
    ),
    "O206": Message(
        "this standard field is of type {standard} and cannot become {said}",
        "这个标准字段的类型是“{standard}”，不能改为“{said}”",
        "leave out the type, or add a custom field",
        "请去掉“类型”，或另建自定义字段",
    ),
    "O207": Message(
        "“{key}” means nothing for type {type}",
        "类型“{type}”没有“{key}”这个设置",
        "leave it out, or change the type",
        "请去掉它，或修改类型",
    ),
    "O208": Message(
        "max {max} is more than the {limit} of the standard field",
        "最长 {max} 超过了标准字段的 {limit}",
        "use {limit} or less",
        "请不要超过 {limit}",
    ),
    "O209": Message(
        "scale {scale} is more than {limit} decimals",
        "小数位 {scale} 超过上限 {limit}",
        "use {limit} or less",
        "请不要超过 {limit}",
    ),
    "O210": Message(
        "“{currency}” is not a currency{hint}",
        "“{currency}”不是货币代码{hint}",
        "use a code such as CNY or USD",
        "请使用 CNY、USD 等货币代码",
    ),
    "O211": Message(
        "“{country}” is not a country",
        "“{country}”不是国家代码",
        "use two capital letters such as CN or SG",
        "请使用两位大写字母，如 CN、SG",
    ),
    "O213": Message(
        "“{option}” is not among the standard options{hint}",
        "“{option}”不在标准选项之中{hint}",
        "options: {known}",
        "标准选项：{known}",
    ),
    "O214": Message(
        "there are no options here", "这里没有选项", "list at least one option", "请至少写一个选项"
    ),
    "O215": Message(
        "two options share an id or a label",
        "有两个选项的编号或名称相同",
        "give each its own",
        "请为每个选项使用不同的编号和名称",
    ),
    "O216": Message(
        "this cannot be understood as labels or options",
        "这里无法理解为名称或选项",
        "write a label like {{zh: 华东, en: East}}, options as a list",
        "名称请写成 {{zh: 华东, en: East}}，选项请写成列表",
    ),
    "O217": Message(
        "check goes with type text only, not with {type}",
        "“校验”只能用于文本类型，不能用于“{type}”",
        "leave out check",
        "请去掉“校验”",
    ),
    "O218": Message(
        "a list cannot hold “{of}” here", "这个列表的元素不能是“{of}”", "choose another type", "请换一种类型"
    ),
    "O219": Message(
        "this reference is to {standard} and cannot be to {entity}",
        "这个引用指向 {standard}，不能改为 {entity}",
        "leave out “to”",
        "请去掉“对应”",
    ),
    "O221": Message("“{system}” is named twice", "“{system}”写了两次", "keep one", "请只保留一个"),
    "O222": Message(
        "the policy {policy} does not work for this type of field",
        "冲突处理方式“{policy}”不适用于这种类型的字段",
        "max and min are for numbers, money and dates, union for lists, most_complete for text",
        "“最大/最小”用于数字、金额和日期，“合并”用于列表，“最完整”用于文本",
    ),
    "O223": Message(
        "hub.yaml has no system “{system}”{hint}",
        "hub.yaml 里没有系统“{system}”{hint}",
        "systems: {known}",
        "可用的系统：{known}",
    ),
    "O224": Message(
        "“{pattern}” is not a pattern for codes, or this field is neither text nor code",
        "“{pattern}”不是编码的格式，或者这个字段不是文本或编码",
        "write it like QD-{{number:05}}",
        "请写成 QD-{{number:05}} 的形式",
    ),
    "O225": Message(
        "a generated code must be unique", "自动生成的编码必须唯一", "add “unique: yes”", "请加上“唯一: 是”"
    ),
    "O226": Message(
        "“{label}” names both {name} and {other}",
        "“{label}”同时是 {name} 和 {other} 的名称",
        "give each field its own label",
        "请为每个字段取不同的名称",
    ),
    "O227": Message(
        "{name} holds personal data; the overlay cannot say otherwise",
        "{name} 含有个人信息，不能改为“无”",
        "leave out pii",
        "请去掉“隐私”",
    ),
    "O228": Message(
        "“{margin}” is not a length of time",
        "“{margin}”不是时间长度",
        "write it like 120s or 2m",
        "请写成 120秒 或 2分钟",
    ),
    "O229": Message(
        "{owner} owns this field, so the conflict policy never applies",
        "这个字段归 {owner} 所有，冲突处理方式不会生效",
        "keep one of owner and conflict",
        "“归属”和“冲突”请只保留一个",
    ),
    "O231": Message(
        "{entity} has no field “{name}”{hint}",
        "{entity} 没有字段“{name}”{hint}",
        "use the id or the label of a field",
        "请使用字段的编号或名称",
    ),
    "O232": Message(
        "“{name}” is already in the group “{group}”",
        "“{name}”已经在分组“{group}”里",
        "keep it in one group",
        "每个字段请只放在一个分组里",
    ),
    "O233": Message(
        "“{name}” and “{first}” have different owners or conflict policies, so the group “{group}” cannot move together",
        "“{name}”与“{first}”的归属或冲突处理方式不同，分组“{group}”无法整体合并",
        "give all fields of a group the same owner and conflict",
        "同一分组的字段请使用相同的归属和冲突处理方式",
    ),
    "O234": Message(
        "there are two rules “{name}”", "有两条名为“{name}”的规则", "rename one", "请给其中一条改名"
    ),
}

MESSAGES: dict[str, Message] = {**KINDS, **EXPRESSIONS, **OVERLAYS}
