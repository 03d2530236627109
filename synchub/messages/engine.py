"""What the engine says: E1xx refusals, E2xx conflicts, E3xx records set aside, E4xx warnings about a run."""

from synchub.messages import Message

MESSAGES: dict[str, Message] = {
    "E101": Message(
        "first contact of {mappings}: nothing was written, because nobody has approved plan {plan} yet",
        "{mappings} 第一次同步：还没有人批准方案 {plan}，因此什么都没有写入",
        "look at it with `synchub plan`, then run `synchub sync --approve {plan}`",
        "先用 `synchub plan` 查看，再运行 `synchub sync --approve {plan}`",
    ),
    "E102": Message(
        "{system} could not be worked with; it is left out of this run and nothing of it was lost",
        "{system} 无法使用；本次运行跳过它，它的数据没有丢失",
    ),
    "E201": Message(
        "{system} and another system changed “{field}” differently; a person must decide",
        "{system} 与其他系统对“{field}”的修改不一致，需要人工决定",
        "make both systems say the same",
        "请让各系统的值一致",
    ),
    "E202": Message(
        "{system} holds a value of “{field}” that cannot be used: {problem_text}",
        "{system} 中“{field}”的值无法使用：{problem_text}",
        "correct it there; the other fields of the record go on syncing",
        "请在该系统中更正；这条记录的其他字段照常同步",
    ),
    "E203": Message(
        "“{field}” was emptied in {system}, but it may not be empty",
        "“{field}”在 {system} 中被清空，但它不能为空",
        "fill it in again, there or elsewhere",
        "请重新填写",
    ),
    "E204": Message(
        "{system} has a value for “{field}”, but its owner {owner} leaves it empty",
        "{system} 中“{field}”有值，但负责系统 {owner} 中为空",
        "fill it in there, or empty it here",
        "请在负责系统中填写，或在这里清空",
    ),
    "E205": Message(
        "taking “{field}” from {system} would break the rule “{rule}” ({check})",
        "采用 {system} 的“{field}”会违反规则“{rule}”（{check}）",
        "correct the value there, or change the rule in mappings/model",
        "请在该系统中更正，或修改 mappings/model 中的规则",
    ),
    "E206": Message(
        "the value of “{field}” cannot be written to {system}: {problem_text}",
        "“{field}”的值无法写入 {system}：{problem_text}",
        "extend the mapping, or change the value",
        "请补充映射，或修改该值",
    ),
    "E207": Message(
        "“{field}” of {title} in {system} is {observed}, and {holder} has it already: no two may have the same",
        "{system} 中 {title} 的“{field}”是 {observed}，但 {holder} 已经使用了它：该字段不能重复",
        "correct it in the record where it is wrong; if both are the same, remove one of them",
        "请在填错的记录中更正；如果两条其实是同一家，请删除其中一条",
    ),
    "E210": Message(
        "“{value}” names {count} records; their {by} is not unique",
        "“{value}”对应 {count} 条记录，{by} 不唯一",
        "use a unique code, or make the names different",
        "请使用唯一编码，或区分名称",
    ),
    "E211": Message(
        "{title} of {system} fits several golden records by {rule}",
        "{system} 的 {title} 按 {rule} 能对上多条主数据",
        "correct the field in which they should differ",
        "请更正应当不同的字段",
    ),
    "E212": Message(
        "{rows} records of {system} claim to be the same partner by {rule}; {title} is one of them",
        "{system} 中有 {rows} 条记录按 {rule} 都对应同一条主数据，{title} 是其中之一",
        "remove the duplicate, or correct the field",
        "请删除重复记录或更正字段",
    ),
    "E213": Message(
        "{title} of {system} fits by {rule} a golden record that already has another record there: a duplicate?",
        "{system} 的 {title} 按 {rule} 对应的主数据在该系统中已有另一条记录：是否重复？",
        "remove the duplicate, or correct the field",
        "请删除重复记录或更正字段",
    ),
    "E214": Message(
        "{title} of {system} matches a golden record, but {rule} differs: one of the two is wrong",
        "{system} 的 {title} 能对上一条主数据，但 {rule} 不一致：其中一个是错的",
        "correct it on one side",
        "请更正其中一方",
    ),
    "E215": Message(
        "{rows} new records of {system} share {rule}: {records}",
        "{system} 中有 {rows} 条新记录的 {rule} 相同：{records}",
        "remove the duplicate, or correct the field",
        "请删除重复记录或更正字段",
    ),
    "E216": Message(
        "{title} of {system} is new; new records of this mapping are for a person to decide",
        "{system} 的 {title} 是新记录；这个映射的新记录需要人工决定",
    ),
    "E301": Message(
        "“{zh}” ({column}) is empty, and a record without it cannot be taken in",
        "“{zh}”（{column}）为空，缺少它的记录无法接收",
        "fill it in; the record is taken in with the next sync",
        "请填写；下次同步时会接收",
    ),
    "E302": Message(
        "“{zh}” ({column}) cannot be used, and a record without it cannot be taken in: {problem_text}",
        "“{zh}”（{column}）无法使用，缺少它的记录无法接收：{problem_text}",
        "correct it; the record is taken in with the next sync",
        "请更正；下次同步时会接收",
    ),
    "E303": Message(
        "“{zh}” ({column}) cannot be used, and its mapping sets such records aside: {problem_text}",
        "“{zh}”（{column}）无法使用，映射要求把这样的记录整条搁置：{problem_text}",
        "correct it; until then the record is neither read nor written",
        "请更正；在此之前这条记录既不读入也不写出",
    ),
    "E411": Message(
        "the mapping files were edited and the edit ({edited}) is not in force; this run works with version {version}",
        "映射文件有修改（{edited}）尚未启用，本次运行使用版本 {version}",
        "see what it would change with `synchub impact`, put it into force with `synchub map activate`",
        "用 `synchub impact` 查看影响，用 `synchub map activate` 启用",
    ),
    "E412": Message(
        "the mapping files were edited and have {count} problem(s); this run works with version {version}, which is in force",
        "映射文件被修改过，有 {count} 个问题；本次运行使用已启用的版本 {version}",
        "`synchub check` explains each of them",
        "运行 `synchub check` 查看每个问题的说明",
    ),
    "E421": Message(
        "{system} has no column “{column}” of {object} any more: {field} rests there, nothing of it is read, blanked or written{hint}",
        "{system} 的 {object} 不再有“{column}”列：{field}在那里暂停，不读、不清空、不写{hint}",
        "`synchub map drift` shows the change of the mapping file; or bring the column back",
        "用 `synchub map drift` 查看映射文件应如何修改；或恢复该列",
    ),
    "E401": Message(
        "{system} listed not one {object} although {count} are known; nothing was concluded from that",
        "{system} 没有列出任何 {object}，但已知有 {count} 条；系统没有据此作任何处理",
        "check the permissions of the account and the scope of the mapping",
        "请检查账号权限和映射范围",
    ),
}
