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
    "E304": Message(
        "the title and every key of this record have changed at once (“{zh}” was {before}): another record may have its id now",
        "这条记录的名称和全部识别字段同时变了（“{zh}”原为 {before}）：这个编号可能已经给了另一条记录",
        "nothing is read or written until then: if it is another record, `synchub split {entity} {golden} {mapping}:{record}` gives it a golden record of its own; "
        "if it is still the same one, `synchub link {mapping} {record} {golden}` says so",
        "在此之前既不读入也不写出：若是另一条记录，用 `synchub split {entity} {golden} {mapping}:{record}` 让它自成一条主数据；若仍是同一条，用 `synchub link {mapping} {record} {golden}` 确认",
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
    "E103": Message(
        "the database was restored from a backup: nothing is written before a person has seen what would be ({plan})",
        "数据库是从备份恢复的：在有人看过将要写入的内容（{plan}）之前，不做任何写入",
        "look at `synchub plan`; `synchub sync --approve {plan}` carries exactly that out",
        "请查看 `synchub plan`；`synchub sync --approve {plan}` 只执行其中的内容",
    ),
    "E104": Message(
        "{mappings} was edited: nothing was written, because nobody has approved what follows from it ({plan}) yet",
        "{mappings} 已修改：还没有人批准由此产生的写入（{plan}），因此什么都没有写入",
        "look at it with `synchub plan`, then run `synchub sync --approve {plan}`",
        "先用 `synchub plan` 查看，再运行 `synchub sync --approve {plan}`",
    ),
    "E220": Message(
        "{title} was deleted in {system}, and has been changed since: is it to be deleted?",
        "{title} 已在 {system} 中删除，但之后又有修改：是否真的要删除？",
        "decide with `synchub conflicts decide`",
        "用 `synchub conflicts decide` 决定",
    ),
    "E402": Message(
        "{count} of {linked} {object} are gone in {system}: so many deletions are not followed by themselves",
        "{system} 的 {object} 消失了 {count} 条（共 {linked} 条）：这么多删除不会自动执行",
        "look at them with `synchub deletions`; `synchub deletions approve {set}` follows exactly these",
        "用 `synchub deletions` 查看；`synchub deletions approve {set}` 只批准这些删除",
    ),
    "E503": Message(
        "{system} takes no more calls for now: {because}; what is left is done later",
        "{system} 暂时不再接受调用：{because}；剩下的部分稍后完成",
        "nothing need be done; if it happens daily, ask the vendor for more, or sync less often",
        "无需处理；如果每天都这样，请向厂商申请更多额度，或降低同步频率",
    ),
    "E504": Message(
        "{system} said to wait until {until}, and is left alone until then",
        "{system} 要求等到 {until}，在此之前不调用它",
        "the first sync after that goes on where this one stopped",
        "此后的第一次同步会接着做完",
    ),
    "E501": Message(
        "another run works with {system} ({holder}); this one left it alone",
        "另一个运行正在处理 {system}（{holder}），本次没有处理它",
        "wait for it to end; what it leaves undone is done by the next sync",
        "请等它结束；它没做完的部分由下一次同步完成",
    ),
    "E502": Message(
        "this run took so long that another one has taken over {system}; it stops here and commits nothing more",
        "这次运行时间过长，{system} 已由另一个运行接手；它到此为止，不再提交任何内容",
        "nothing is lost; look at `synchub status`, and at how many syncs are started at once",
        "数据没有丢失；请查看 `synchub status`，并检查是否同时启动了多个同步",
    ),
    "E231": Message(
        "there is no open conflict {id}",
        "没有待决定的冲突 {id}",
        "`synchub conflicts` lists what is open, with the ids",
        "用 `synchub conflicts` 查看待决定的冲突及其编号",
    ),
    "E232": Message(
        "a value has changed since the question {id} was asked; the decision is void",
        "冲突 {id} 提出之后，值又有变化，这个决定无效",
        "run `synchub sync`, look at `synchub conflicts`, and decide again if it is still asked",
        "请运行 `synchub sync`，再用 `synchub conflicts` 查看，如仍需决定请重新决定",
    ),
    "E233": Message(
        "this is no answer to conflict {id} ({kind})",
        "这不是对冲突 {id}（{kind}）的回答",
        "fields: --take hub, --take system or --value TEXT; deletions: --delete or --keep; matches: `synchub link`, or correct the records",
        "字段：--take hub、--take system 或 --value 值；删除：--delete 或 --keep；匹配：用 `synchub link`，或更正记录",
    ),
    "E234": Message(
        "“{label}” must not be empty", "“{label}”不能为空", "give a value with --value", "请用 --value 给出值"
    ),
    "E235": Message(
        "another record has this “{label}” already, and no two may have the same",
        "“{label}”已被另一条记录使用，不能重复",
        "correct the other record first, or join the two with `synchub join`",
        "请先更正另一条记录，或用 `synchub join` 合并两条",
    ),
    "E241": Message(
        "there is no mapping “{mapping}”", "没有映射“{mapping}”", "mappings: {known}", "已有的映射：{known}"
    ),
    "E242": Message(
        "{system} has no {object} {record}",
        "{system} 中没有 {object} {record}",
        "give the id it has in that system; `synchub explain` and `synchub conflicts` show it",
        "请填写它在该系统中的编号；`synchub explain` 和 `synchub conflicts` 中可以看到",
    ),
    "E243": Message(
        "{record} belongs to the golden record {golden} already",
        "{record} 已经对应主数据 {golden}",
        "`synchub unlink` it first, or `synchub join` the two golden records",
        "请先用 `synchub unlink` 解除关联，或用 `synchub join` 合并两条主数据",
    ),
    "E244": Message(
        "the golden record {golden} has the record {record} there already",
        "主数据 {golden} 在该系统中已对应记录 {record}",
        "`synchub unlink` that one first",
        "请先用 `synchub unlink` 解除那条关联",
    ),
    "E245": Message(
        "{record} is not linked in {mapping}",
        "{record} 在 {mapping} 中没有关联",
        "`synchub explain` shows the links of a record",
        "用 `synchub explain` 查看记录的关联",
    ),
    "E246": Message(
        "a split needs records on both sides: {golden} has {count}",
        "拆分后两边都要有记录：{golden} 共有 {count} 条",
        "name some of its records, not none and not all",
        "请只选其中一部分记录",
    ),
    "E247": Message(
        "only two live records can be joined: {one}, {other}",
        "只能合并两条有效的主数据：{one}、{other}",
        "look at both with `synchub explain`",
        "用 `synchub explain` 查看这两条记录",
    ),
    "E251": Message(
        "no mapping knows {place}",
        "没有映射涉及 {place}",
        "systems and objects: {known}; fields by their ids",
        "系统和对象：{known}；字段请用其标识",
    ),
    "E252": Message("{place} is not paused", "{place} 没有暂停", "paused: {known}", "已暂停的有：{known}"),
    "E261": Message(
        "there is no run {run}",
        "没有运行 {run}",
        "`synchub history` lists the runs",
        "用 `synchub history` 查看运行",
    ),
    "E271": Message(
        "no withheld deletions are called {set}",
        "没有名为 {set} 的暂缓删除",
        "`synchub deletions` shows what waits now, and what it is called; it may have changed since",
        "用 `synchub deletions` 查看当前等待批准的删除及其编号；可能在此期间已有变化",
    ),
    "E272": Message(
        "no deletion of {record} waits",
        "没有等待处理的 {record} 的删除",
        "`synchub deletions` shows what waits",
        "用 `synchub deletions` 查看等待处理的删除",
    ),
    "E221": Message(
        "“{field}” of {title} in {system} is changed back again and again by somebody there, while {writer} wants it otherwise; the hub writes it there no more",
        "{system} 中 {title} 的“{field}”总被改回，而 {writer} 要求另一个值；中台不再写入这个字段",
        "find the two automations that disagree, then decide: --take hub writes it again, --take system takes the value from there",
        "请找出互相冲突的两处自动规则，然后决定：--take hub 重新写入，--take system 采用该系统的值",
    ),
    "E222": Message(
        "{system} does not keep “{field}” of {title}: it was written several times and stood there unchanged; the hub writes it there no more",
        "{system} 没有保存 {title} 的“{field}”：多次写入后都没有变化；中台不再写入这个字段",
        "look at field permissions, validation rules and formulas there, then decide: --take hub tries again; or map it as hub_reads",
        "请检查该系统的字段权限、校验规则和公式，然后决定：--take hub 再次尝试；或把它映射为“只读入”",
    ),
    "E223": Message(
        "{system} has merged {title} into {holder}; in the hub they are still two",
        "{system} 已把 {title} 并入 {holder}，但在中台中仍是两条主数据",
        "if they are one: synchub join {entity} {first} {second}",
        "如果确实是同一家：synchub join {entity} {first} {second}",
    ),
    "E401": Message(
        "{system} listed not one {object} although {count} are known; nothing was concluded from that",
        "{system} 没有列出任何 {object}，但已知有 {count} 条；系统没有据此作任何处理",
        "check the permissions of the account and the scope of the mapping",
        "请检查账号权限和映射范围",
    ),
}
