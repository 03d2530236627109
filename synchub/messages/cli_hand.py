"""Sentences of the commands by which people step in."""

from synchub.messages import Message

HAND: dict[str, Message] = {
    "help.sweep": Message(
        "A sync that reads everything, not only what changed", "完整读取各系统后同步，不只读变化"
    ),
    "help.sweep.more": Message(
        "Finds what no list of changes tells: records that vanished, changes that became visible too late. It happens by itself once a day.",
        "能发现变化列表没有给出的内容：消失的记录、迟到的修改。平时每天自动进行一次。",
    ),
    "help.history": Message("The runs, or what one of them wrote", "查看运行记录，或某次运行写入的内容"),
    "help.history.run": Message(
        "this run, with everything it wrote; without it, the last runs",
        "某次运行写入的全部内容；不写时列出最近的运行",
    ),
    "help.undo": Message("Take back what a run changed", "撤销某次运行所做的修改"),
    "help.undo.more": Message(
        "Golden values go back to what they were before the run, and from there to every system, in a sync of its own. What somebody changed "
        "since stays, and so does what the run created.",
        "主数据恢复到该次运行之前的值，并随一次同步写回各系统。之后又有人改过的值会保留，该次运行新建的记录也会保留。",
    ),
    "help.undo.run": Message(
        "the run, as `synchub history` names it", "要撤销的运行，编号见 `synchub history`"
    ),
    "help.deletions": Message(
        "Deletions that wait; approve or stop them", "查看等待处理的删除，批准或阻止它们"
    ),
    "help.deletions.more": Message(
        "Records that vanished in a system whose mapping says what follows (on_delete). Too many at once wait for a person: "
        "`deletions approve SET` follows exactly the listed ones, each looked at once more; `deletions keep RECORD` lets nothing follow.",
        "某系统中消失、且映射写明了“删除时”的记录。一次消失太多时需要人工批准：`deletions approve 编号` 只批准列出的这些，执行前会逐条复核；`deletions keep 记录` 则不做任何删除。",
    ),
    "help.deletions.action": Message("what to do; without it, list them", "要做什么；不写时列出"),
    "help.deletions.which": Message("the name of the set, or the records", "批次编号，或记录"),
    "help.link": Message("Say which golden record a record belongs to", "指定记录对应哪条主数据"),
    "help.link.mapping": Message("the mapping through which the record is seen", "记录所在的映射"),
    "help.link.record": Message("the record's id in its system", "记录在该系统中的编号"),
    "help.link.key": Message("the golden record: its id, code or name", "主数据的编号、编码或名称"),
    "help.link.new": Message(
        "the record is none of those known: it becomes a golden record of its own",
        "它不是任何已有主数据：自成一条新的主数据",
    ),
    "cli.link_whom": Message(
        "either a golden record or --new must be said, and not both",
        "请指定一条主数据，或使用 --new，二者选一",
        "`synchub explain` finds golden records by id, code or name",
        "`synchub explain` 可按编号、编码或名称查找主数据",
    ),
    "help.unlink": Message(
        "Let a record go its own way: nothing goes between it and its golden record",
        "解除关联：记录与主数据不再互相影响",
    ),
    "help.join": Message("Two golden records are one", "把两条主数据合并为一条"),
    "help.join.more": Message(
        "The first one survives. Links, references and what is blank in it come from the other; both records of a system that has two of "
        "them stay, and one is left alone until a person removes it.",
        "保留前一条；另一条的关联、被引用关系和前一条空缺的值都转入。如果某系统中两条都有记录，多出的那条会保留原样，等人工删除。",
    ),
    "help.join.survivor": Message("the golden record that stays", "保留的主数据"),
    "help.join.other": Message("the one that becomes part of it", "并入的主数据"),
    "help.split": Message("A golden record is two", "把一条主数据拆成两条"),
    "help.split.records": Message(
        "records that get a golden record of their own, as mapping:id",
        "独立成为新主数据的记录，写成 映射:编号",
    ),
    "help.pause": Message(
        "Stop a system, an object or a field; without a name, show what is stopped",
        "暂停系统、对象或字段；不写名称时列出已暂停的",
    ),
    "help.pause.system": Message("the system", "系统"),
    "help.pause.object": Message("only this object of it", "只针对该系统的这个对象"),
    "help.pause.field": Message("only this field", "只针对这个字段"),
    "help.pause.reason": Message("why, for the others", "原因，供其他人查看"),
    "help.resume": Message("Let it go on", "恢复同步"),
    "help.conflicts.action": Message(
        "`decide` answers a question; without it, list them", "`decide` 用来决定；不写时列出"
    ),
    "help.conflicts.id": Message("the conflict, as it is listed", "冲突编号，见列表"),
    "help.conflicts.take": Message(
        "the hub's value (hub) or the system's own (system)", "采用中台的值（hub）或该系统的值（system）"
    ),
    "help.conflicts.value": Message("this value; blank empties the field", "采用这个值；留空表示清空"),
    "help.conflicts.delete": Message("the deletion is meant", "确认删除"),
    "help.conflicts.keep": Message("nothing follows from the deletion", "不删除"),
    "help.conflicts.more": Message(
        "`conflicts decide ID --take hub`, `--take system` or `--value TEXT` decides a field, `--delete` or `--keep` a deletion. The next sync "
        "carries it out. A decision about values that have changed since is void.",
        "`conflicts decide 编号 --take hub`、`--take system` 或 `--value 值` 决定字段，`--delete` 或 `--keep` 决定删除，由下一次同步执行。如果值在此期间又有变化，决定无效。",
    ),
    "help.quarantine.action": Message(
        "`retry` tries again; without it, list them", "`retry` 重试；不写时列出"
    ),
    "help.quarantine.ids": Message("only these records", "只重试这些记录"),
    "help.metavar.run": Message("RUN", "运行"),
    "help.metavar.which": Message("WHICH", "哪些"),
    "help.metavar.mapping": Message("MAPPING", "映射"),
    "help.metavar.id": Message("ID", "编号"),
    "help.metavar.other_key": Message("OTHER", "另一条"),
    "help.metavar.records": Message("MAPPING:ID", "映射:编号"),
    "help.metavar.object": Message("OBJECT", "对象"),
    "help.metavar.text": Message("TEXT", "文字"),
    "cli.bad_action": Message(
        "{command} cannot “{action}”",
        "{command} 没有“{action}”操作",
        "it can: {known}",
        "可用的操作：{known}",
    ),
    "cli.bad_deletions": Message(
        "deletions cannot “{action}” that",
        "无法执行删除操作“{action}”",
        "deletions approve SET, or deletions keep RECORD …",
        "请写 deletions approve 编号，或 deletions keep 记录……",
    ),
    "cli.bad_record": Message(
        "“{record}” names no record",
        "“{record}”没有指明记录",
        "write it as mapping:id, for example crm-account:001A",
        "请写成 映射:编号，例如 crm-account:001A",
    ),
    "cli.not_set_aside": Message(
        "not set aside: {records}",
        "没有被搁置：{records}",
        "`synchub quarantine` lists what is set aside, with the command that tries it again",
        "用 `synchub quarantine` 查看被搁置的记录和重试的命令",
    ),
    "quarantine.retry": Message("try again now: {command}", "现在重试：{command}"),
    "cli.bad_decision": Message(
        "a decision needs the conflict's id and one answer",
        "决定冲突需要写明编号和一个答案",
        "conflicts decide ID with --take hub, --take system, --value TEXT, --delete or --keep",
        "请写 conflicts decide 编号，并加上 --take hub、--take system、--value 值、--delete 或 --keep 之一",
    ),
    "done.decide": Message("Decided; the next sync carries it out.", "已决定，由下一次同步执行。"),
    "done.decide_read_only": Message(
        "Decided. The hub only reads “{field}” in {system} and does not write it: what stands there stays, until somebody corrects it there.",
        "已决定。中台在 {system} 中只读取“{field}”，不会写入：那里的值保持不变，需要有人在该系统中更正。",
    ),
    "done.deletions_approve": Message(
        "{count} deletion(s) approved; the next sync looks at each once more and follows it.",
        "已批准 {count} 条删除；下一次同步会逐条复核后执行。",
    ),
    "done.deletions_keep": Message(
        "{count} record(s) kept: nothing follows from their deletion.", "{count} 条记录保留，不做任何删除。"
    ),
    "done.link": Message(
        "{record} of {mapping} belongs to {golden} now; the next sync brings both into agreement.",
        "{mapping} 的 {record} 现在对应 {golden}，下一次同步使两者一致。",
    ),
    "done.link_new": Message(
        "{record} of {mapping} is a golden record of its own now ({golden}); the next sync takes it where it is created.",
        "{mapping} 的 {record} 现在自成一条主数据（{golden}），下一次同步带到需要新建它的系统。",
    ),
    "done.unlink": Message(
        "{record} of {mapping} does not belong to {golden} any more; neither is created again.",
        "{mapping} 的 {record} 与 {golden} 已解除关联，双方都不会重新新建。",
    ),
    "done.join": Message(
        "{other} is part of {golden} now: {moved} link(s) and {references} reference(s) moved.",
        "{other} 已并入 {golden}：转入 {moved} 个关联、{references} 处引用。",
    ),
    "done.join_duplicates": Message(
        "{other} is part of {golden} now: {moved} link(s) and {references} reference(s) moved. Left alone, to be removed by a person: {duplicates}.",
        "{other} 已并入 {golden}：转入 {moved} 个关联、{references} 处引用。以下重复记录保持原样，请人工删除：{duplicates}。",
    ),
    "done.split": Message(
        "{count} record(s) of {golden} have a golden record of their own now: {new}.",
        "{golden} 的 {count} 条记录已独立为新主数据 {new}。",
    ),
    "done.pause": Message(
        "{place} is paused; `{command}` lets it go on.",
        "{place} 已暂停；用 `{command}` 恢复。",
    ),
    "done.resume": Message(
        "{place} goes on; the next sync catches up.", "{place} 已恢复，下一次同步会补上期间的变化。"
    ),
    "undo.done": Message(
        "Run {run} taken back: {fields} field(s) of {records} record(s).",
        "已撤销运行 {run}：{records} 条记录的 {fields} 个字段。",
    ),
    "undo.nothing": Message(
        "Nothing to take back: run {run} changed no golden value. What it wrote came from earlier runs and decisions; "
        "`synchub explain` tells which. To change such a value, change it in a system.",
        "没有可撤销的内容：运行 {run} 没有改变主数据。它写入的值来自更早的运行或人工决定，用 `synchub explain` 查看；要改这样的值，请在某个系统中修改。",
    ),
    "undo.later": Message(
        "{count} field(s) were changed again since, and stay:", "{count} 个字段之后又被修改，保持不变："
    ),
    "undo.created": Message("{count} record(s) that it created stay.", "它新建的 {count} 条记录保留。"),
    "retry.done": Message("{count} record(s) tried again.", "已重试 {count} 条记录。"),
    "deletions.none": Message("No deletion waits.", "没有等待处理的删除。"),
    "deletions.approve": Message(
        "{mapping}: approve exactly these with `synchub deletions approve {name}`",
        "{mapping}：用 `synchub deletions approve {name}` 只批准这些",
    ),
    "pause.none": Message("Nothing is paused.", "没有暂停任何内容。"),
    "tomb.waiting": Message("followed after {due}", "{due} 之后执行"),
    "tomb.withheld": Message("too many: waits for approval", "数量过多，待批准"),
    "tomb.approved": Message("approved", "已批准"),
    "tomb.asked": Message("changed since: see conflicts", "之后有修改，见冲突"),
    "tomb.removing": Message("is being deleted there", "正在对方系统删除"),
    "demise.sweep": Message("in no complete listing", "完整列表中没有"),
    "demise.row": Message("its row is gone", "所在行已消失"),
    "demise.read": Message("not found by its id", "按编号查不到"),
    "demise.feed": Message("deleted there", "系统报告已删除"),
    "demise.merged": Message("merged there", "在该系统中被合并"),
    "demise.hub": Message("deleted elsewhere", "在其他系统删除"),
    "runkind.sync": Message("sync", "同步"),
    "runkind.sweep": Message("sweep", "完整读取"),
    "runkind.undo": Message("undo", "撤销"),
    "runkind.retry": Message("retry", "重试"),
    "history.run": Message("Run {run} ({kind}), {at}: {state}", "运行 {run}（{kind}），{at}：{state}"),
    "history.total": Message("{count} record(s) written.", "共写入 {count} 条记录。"),
    "history.whole.delete": Message("The golden record was deleted.", "主数据已删除。"),
    "history.whole.revive": Message("The golden record lives again.", "主数据恢复有效。"),
    "history.whole.join": Message("The golden record was joined with another one.", "主数据与另一条合并。"),
    "history.whole.link": Message("A person linked {after}.", "人工关联了 {after}。"),
    "history.whole.unlink": Message("A person unlinked {after}.", "人工解除了与 {after} 的关联。"),
    "history.whole.split": Message("A person split it off with {after}.", "人工拆分，带走 {after}。"),
    "history.whole.relink": Message(
        "{system} merged {before} into {after}; the link follows.",
        "{system} 把 {before} 并入 {after}，关联随之转移。",
    ),
    "history.deleted_there": Message(
        "{record} was deleted in {system} {object}.", "在 {system} {object} 中删除了 {record}。"
    ),
    "history.undo": Message(
        "{field} went back to {after}; it was {before}. A person took a run back.",
        "{field} 由 {before} 恢复为 {after}；人工撤销了一次运行。",
    ),
    "history.decided": Message(
        "{field} became {after}; it was {before}. A person decided so.",
        "{field} 由 {before} 改为 {after}；由人工决定。",
    ),
    "history.deleted": Message(
        "{field} became {after}; it was {before}, because {system} ({record}) was deleted.",
        "{field} 由 {before} 改为 {after}；因为 {system}（{record}）被删除。",
    ),
    "history.left_scope": Message(
        "{field} became {after}; it was {before}, because {system} ({record}) left the scope of its mapping.",
        "{field} 由 {before} 改为 {after}；因为 {system}（{record}）离开了映射范围。",
    ),
    "history.joined": Message(
        "{field} became {after}; it was {before}. It came with a golden record that was joined.",
        "{field} 由 {before} 改为 {after}；来自被合并的主数据。",
    ),
    "table.kind": Message("Kind", "类型"),
    "conflicts.decide": Message(
        "decide: {command} with --take hub, --take system or --value TEXT",
        "决定：{command}，并加上 --take hub、--take system 或 --value 值",
    ),
    "conflicts.decide_unusable": Message(
        "decide: {command} with --take hub or --value TEXT",
        "决定：{command}，并加上 --take hub 或 --value 值",
    ),
    "conflicts.decide_deletion": Message(
        "decide: {command} with --delete or --keep", "决定：{command}，并加上 --delete 或 --keep"
    ),
    "conflicts.link": Message("if it is the one: {command}", "如果就是它：{command}"),
    "conflicts.link_new": Message("if it is another one: {command}", "如果是另外一家：{command}"),
}
