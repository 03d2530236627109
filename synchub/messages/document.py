"""What reading a YAML file says (codes T1xx)."""

from synchub.messages import Message

_PROBLEMS: dict[str, Message] = {
    "T101": Message(
        "the file is not UTF-8 text; it looks like {guess}",
        "文件不是 UTF-8 编码，看起来是 {guess}",
        "save the file as UTF-8, or run `synchub map fix`",
        "请把文件另存为 UTF-8 编码，或运行 `synchub map fix`",
    ),
    "T102": Message(
        "full-width “{mark}” where YAML needs “{ascii}”",
        "这里是全角“{mark}”，YAML 需要半角“{ascii}”",
        "type it again with a half-width keyboard, or run `synchub map fix`; if it belongs to the text, put the text in double quotes",
        "请切换到半角后重新输入，或运行 `synchub map fix`；如果它是文字的一部分，请给整段文字加上半角双引号",
    ),
    "T103": Message(
        "a tab where YAML needs spaces",
        "这里有制表符（Tab）",
        "use spaces instead, or run `synchub map fix`",
        "请改用空格，或运行 `synchub map fix`",
    ),
    "T104": Message(
        "a full-width or non-breaking space where YAML needs an ordinary one",
        "这里有全角空格或不间断空格，YAML 需要半角空格",
        "type an ordinary space, or run `synchub map fix`; if it belongs to the text, put the text in double quotes",
        "请改成半角空格，或运行 `synchub map fix`；如果它是文字的一部分，请给整段文字加上半角双引号",
    ),
    "T105": Message(
        "YAML cannot be read here: {detail}",
        "这里的 YAML 无法读取：{detail}",
        "compare with the examples of the mapping guide; often the line before lacks a quote, a bracket or a blank after its colon",
        "请对照映射指南里的示例；常见原因是上一行缺少引号、括号，或冒号后没有空格",
    ),
    "T106": Message(
        "“{key}” appears twice; the first is in line {first}",
        "“{key}”出现了两次，第一次在第 {first} 行",
        "keep one of them",
        "请保留其中一个",
    ),
    "T107": Message(
        "{what} are not allowed in this file",
        "这个文件里不允许使用{what}",
        "write the content out in full; put a text that begins with & * ! or % in double quotes",
        "请直接写出完整内容；以 & * ! % 开头的文字请加上半角双引号",
    ),
    "T108": Message(
        "expected {expected}, found {found}",
        "这里应为{expected}，实际是{found}",
        "the mapping guide shows what may stand here",
        "这里能写什么，见映射指南",
    ),
    "T109": Message(
        "the file is empty", "文件是空的", "write its content or remove the file", "请填写内容，或删除该文件"
    ),
    "T110": Message(
        "{path} cannot be read: {detail}",
        "无法读取 {path}：{detail}",
        "check that the file exists and that you may open it",
        "请确认文件存在，并且有权限打开",
    ),
    "T111": Message(
        "“{key}” is not known here{hint}", "这里不认识“{key}”{hint}", "known: {known}", "可用：{known}"
    ),
    "T112": Message("“{key}” is missing", "缺少“{key}”", "add it", "请补上"),
    "T113": Message(
        "“{value}” is not allowed for “{key}”{hint}",
        "“{key}”不能是“{value}”{hint}",
        "allowed: {known}",
        "可用：{known}",
    ),
    "T114": Message(
        "the file is larger than {limit} kB",
        "文件超过 {limit} kB",
        "split it into several files",
        "请拆分成多个文件",
    ),
    "T115": Message(
        "an invisible or forbidden character ({character})",
        "这里有看不见或不允许的字符（{character}）",
        "delete it and type the text again, or run `synchub map fix`",
        "请删除后重新输入这段文字，或运行 `synchub map fix`",
    ),
    "T116": Message(
        "a space is missing after the colon",
        "冒号后面缺少空格",
        "write “name: value”, or run `synchub map fix`; if the colon belongs to the text, put the text in double quotes",
        "请写成“名称: 值”，或运行 `synchub map fix`；如果冒号是文字的一部分，请给整段文字加上半角双引号",
    ),
    "T118": Message(
        "the file begins with an invisible mark ({what})",
        "文件开头有不可见的标记（{what}）",
        "nothing needs to be done; synchub map fix takes it out",
        "不影响使用；可运行 synchub map fix 去掉",
    ),
    "T117": Message(
        "nested deeper than {limit} levels",
        "嵌套超过 {limit} 层",
        "write it flatter",
        "请减少嵌套层数",
    ),
}

_WORDS: dict[str, Message] = {
    "shape.table": Message("a table of “name: value” lines", "“名称: 值”形式的内容"),
    "shape.list": Message("a list", "列表"),
    "shape.text": Message("a text", "一段文字"),
    "shape.this_text": Message("“{text}”", "“{text}”"),
    "shape.key": Message("a name before the colon", "冒号前面的名称"),
    "shape.nothing": Message("nothing", "空白"),
    "shape.whole_number": Message("a whole number", "整数"),
    "hint.nearest": Message("; did you mean “{name}”?", "，是不是“{name}”？"),
    "hint.none": Message("", ""),
    "encoding.unknown": Message("another encoding", "其他编码"),
    "yaml.anchors": Message("anchors (&)", "锚点（&）"),
    "yaml.aliases": Message("aliases (*)", "引用（*）"),
    "yaml.tags": Message("tags (!)", "标签（!）"),
    "yaml.directives": Message("directives (%)", "指令（%）"),
    "yaml.merge_keys": Message("merge keys (<<)", "合并键（<<）"),
    "yaml.several_documents": Message("several documents (---)", "多个文档（---）"),
    "yaml.second_colon": Message(
        "there is a second colon; put the text in double quotes if the colon belongs to it, or check the indentation",
        "这里出现了第二个冒号；如果冒号是文字的一部分，请加半角双引号，否则请检查缩进",
    ),
    "yaml.no_colon": Message("this line has no colon", "这一行缺少冒号"),
    "yaml.open_quote": Message("a quote is opened here and never closed", "这里的引号没有配对的结束引号"),
    "yaml.open_bracket": Message("a bracket is opened here and never closed", "这里的括号没有配对的结束括号"),
    "yaml.dash": Message(
        "a list item (-) does not fit the lines around it", "这里的列表项（-）与上下文不符，请检查缩进"
    ),
    "yaml.indent": Message("the indentation does not fit the lines above", "缩进与上面的行不一致"),
    "yaml.comma": Message(
        "a comma or a closing bracket is missing before this", "这里之前缺少逗号或结束括号"
    ),
    "yaml.content": Message("a value is missing or out of place", "这里缺少内容，或内容位置不对"),
    "yaml.first_character": Message(
        "a text cannot begin with this character; put the text in double quotes",
        "文字不能以这个字符开头，请给整段文字加上半角双引号",
    ),
    "yaml.escape": Message(
        "a backslash in double quotes begins a special character; use single quotes for plain text",
        "双引号里的反斜杠有特殊含义；普通文字请用半角单引号",
    ),
    "yaml.other": Message("{problem}", "{problem}"),
}

MESSAGES: dict[str, Message] = {**_PROBLEMS, **_WORDS}
