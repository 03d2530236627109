"""Words of tables, and the sentences around them."""

from synchub.messages import Message

_HEADINGS: dict[str, Message] = {
    "table.agrees": Message("Agrees?", "是否一致"),
    "table.batch": Message("Per call (read / write)", "每次读/写条数"),
    "table.calls": Message("Calls", "调用"),
    "table.cells": Message("Cells", "单元格"),
    "table.change": Message("Change", "变化"),
    "table.changed_records": Message("Records to change", "修改记录"),
    "table.changes": Message("Finds changes by", "识别变化"),
    "table.column": Message("Column", "列"),
    "table.connector": Message("Connector", "连接器"),
    "table.created": Message("Created", "新建"),
    "table.entity": Message("Kind", "种类"),
    "table.field": Message("Field", "字段"),
    "table.fields": Message("Fields", "字段"),
    "table.file": Message("File", "文件"),
    "table.golden": Message("The hub holds", "中台的值"),
    "table.held": Message("Held", "保留"),
    "table.linked": Message("Linked", "关联"),
    "table.mapping": Message("Mapping", "映射"),
    "table.new_records": Message("New records", "新建记录"),
    "table.object": Message("Object", "对象"),
    "table.origin": Message("From", "来源"),
    "table.other_links": Message("Other", "其他"),
    "table.pending": Message("Pending", "待写"),
    "table.read": Message("Read", "读取"),
    "table.record": Message("Record", "记录"),
    "table.result": Message("Result", "结果"),
    "table.review": Message("For a person", "人工处理"),
    "table.run": Message("Run", "运行"),
    "table.safe_create": Message("No duplicates by", "防重复"),
    "table.safe_write": Message("Guards writes by", "防覆盖"),
    "table.sandbox": Message("Sandbox", "沙箱"),
    "table.since": Message("Since", "时间"),
    "table.started": Message("Started", "开始"),
    "table.state": Message("State", "状态"),
    "table.system": Message("System", "系统"),
    "table.systems": Message("Systems", "各系统"),
    "table.tests": Message("Tests", "测试"),
    "table.there": Message("It holds", "系统的值"),
    "table.title": Message("Name", "名称"),
    "table.unlinked": Message("Loose", "未关联"),
    "table.value": Message("Value", "值"),
    "table.who": Message("Who", "来源"),
    "table.why": Message("Why", "原因"),
    "table.written": Message("Written", "写入"),
}

_COUNTS: dict[str, Message] = {
    "count.pulled": Message("read", "读取"),
    "count.changed": Message("changed", "变化"),
    "count.linked": Message("linked", "关联"),
    "count.created_in_hub": Message("new here", "中台新建"),
    "count.created_there": Message("new there", "对方新建"),
    "count.updated_there": Message("updated", "对方更新"),
    "count.cells_written": Message("cells", "单元格"),
    "count.conflicts_settled": Message("settled", "自动裁决"),
    "count.held": Message("held", "保留"),
    "count.set_aside": Message("set aside", "搁置"),
    "count.missing": Message("missing", "消失"),
    "count.waiting": Message("waiting", "等待"),
    "count.refused": Message("refused", "驳回"),
    "count.blocked": Message("blocked", "受阻"),
    "count.unconfirmed": Message("unconfirmed", "未确认"),
    "count.warned": Message("warned", "提醒"),
    "count.backfilled": Message("filled in", "补读"),
    "count.doubtful": Message("doubtful", "存疑"),
    "count.withheld": Message("withheld", "暂缓删除"),
    "count.archived": Message("archived", "归档"),
    "count.deleted": Message("deleted", "删除"),
    "count.deleted_there": Message("deleted there", "对方删除"),
    "count.stopped": Message("stopped", "停写"),
    "count.other": Message("other", "其他"),
    "attention.held": Message(
        "{count} held: a person must decide; `synchub conflicts` lists them",
        "{count} 处保留，需要人工决定；用 `synchub conflicts` 查看",
    ),
    "attention.withheld": Message(
        "{count} deletions withheld: so many are not followed by themselves; `synchub deletions` lists them",
        "{count} 条删除暂缓：数量过多，不会自动执行；用 `synchub deletions` 查看",
    ),
    "attention.stopped": Message(
        "{count} fields are written no more, since they are not kept or taken back; `synchub conflicts` lists them",
        "{count} 个字段不再写入，因为没有保存或总被改回；用 `synchub conflicts` 查看",
    ),
    "attention.doubtful": Message(
        "{count} looked older than what is held; they are read again by the next sync",
        "{count} 条读到的内容比已知的更旧，下一次同步会重新读取",
    ),
    "attention.set_aside": Message(
        "{count} set aside: records that could not be used; `synchub quarantine` lists them",
        "{count} 条记录无法使用，已搁置；用 `synchub quarantine` 查看",
    ),
    "attention.blocked": Message(
        "{count} blocked: the system could not take them now; the next sync tries again",
        "{count} 条受阻：系统暂时无法接收，下次同步会重试",
    ),
    "attention.unconfirmed": Message(
        "{count} unconfirmed: the answer was lost; the next sync looks before it writes again",
        "{count} 条未确认：没有收到答复，下次同步会先查看再写入",
    ),
    "attention.missing": Message(
        "{count} missing: records that are gone from their system; they are neither written nor created again",
        "{count} 条记录在系统中消失；不会再写入，也不会重新创建",
    ),
    "attention.waiting": Message(
        "{count} waiting: references to records that are not known yet; `synchub verify` lists them",
        "{count} 处等待：引用的记录尚未出现；用 `synchub verify` 查看",
    ),
    "attention.refused": Message(
        "{count} refused: edits by a system that does not own the field; the owner's value goes back to it",
        "{count} 处驳回：修改方不是该字段的负责系统，将写回负责系统的值",
    ),
    "attention.warned": Message(
        "{count} warned: taken over, although a rule speaks against it",
        "{count} 处提醒：已采用，但不符合规则",
    ),
}

_SENTENCES: dict[str, Message] = {
    "severity.error": Message("error", "错误"),
    "severity.warning": Message("warning", "警告"),
    "check.sound": Message("sound", "正常"),
    "check.broken": Message("has errors", "有错误"),
    "check.no_problem": Message("No mistakes found.", "没有发现错误。"),
    "check.no_files": Message(
        "There is no mapping file yet: `synchub map suggest SYSTEM OBJECT --write` drafts one.",
        "还没有映射文件：用 `synchub map suggest 系统 对象 --write` 起草。",
    ),
    "check.count": Message(
        "{errors} error(s), {warnings} warning(s).", "{errors} 个错误，{warnings} 个警告。"
    ),
    "plan.first_contact": Message("First contact", "首次对接"),
    "plan.decisions": Message("New records", "新出现的记录"),
    "plan.review_reason": Message("{count} for a person: {reason}", "{count} 条待人工处理：{reason}"),
    "plan.writes": Message("What would be written", "将写入的内容"),
    "plan.place": Message("{system} · {object} — {count} cell(s)", "{system} · {object}：{count} 个单元格"),
    "plan.identities": Message(
        "{count} row(s) get an id of their own in column {column}", "{count} 行将在“{column}”列写入行标识"
    ),
    "plan.new": Message("new: {title}", "新建：{title}"),
    "plan.nothing": Message("Nothing to write: everything agrees.", "没有需要写入的内容：全部一致。"),
    "plan.nothing_open": Message(
        "Nothing to write; what is listed above is still open.", "没有需要写入的内容；上面列出的仍有待处理。"
    ),
    "plan.nothing_only": Message(
        "Nothing to write that comes from {systems}; the other systems were not read.",
        "{systems} 没有带来需要写入的内容；其他系统没有读取。",
    ),
    "plan.nothing_partly": Message(
        "Nothing to write as far as the systems could be read; one was left out.",
        "已读取的系统没有需要写入的内容；有系统没有读取。",
    ),
    "plan.deleted": Message("the record is deleted", "删除这条记录"),
    "plan.total": Message(
        "Plan {id}: {cells} cell(s) in {records} record(s).",
        "方案 {id}：{records} 条记录，{cells} 个单元格。",
    ),
    "plan.approve": Message("To approve it and carry it out: {command}", "批准并执行：{command}"),
    "plan.run": Message("To carry it out: {command}", "执行：{command}"),
    "plan.restored": Message(
        "The database was restored from a backup: nothing is written before you approve this plan.",
        "数据库是从备份恢复的：批准这个方案之前不做任何写入。",
    ),
    "plan.look": Message("Every cell: {command}", "查看每个单元格：{command}"),
    "plan.other": Message(
        "You approved {given}, but what would happen now is plan {id}: something has changed since. Nothing was written.",
        "您批准的是 {given}，但现在的方案是 {id}：在此期间有变化。没有写入任何内容。",
    ),
    "review.E211": Message("fits several golden records", "能对上多条主数据"),
    "review.E212": Message(
        "shares its golden record with other records of its system", "与同系统的其他记录对应同一条主数据"
    ),
    "review.E213": Message(
        "fits a golden record that has another record there: a duplicate?",
        "对应的主数据在该系统中已有记录，可能重复",
    ),
    "review.E214": Message(
        "matches a golden record, but a stronger key differs", "能对上主数据，但更可靠的标识不一致"
    ),
    "review.E215": Message("several new records share a key", "多条新记录的标识相同"),
    "review.E216": Message(
        "new records of this mapping are for a person to decide", "这个映射的新记录由人工决定"
    ),
    "sync.attention_title": Message("To know", "请注意"),
    "sync.system_failed": Message("{system} was left out: {text}", "{system} 没有同步：{text}"),
    "sync.calls": Message("Calls: {calls}", "调用次数：{calls}"),
    "sync.count": Message("{what} {count}", "{what} {count}"),
    "sync.deleted": Message("{count} record(s) deleted.", "删除 {count} 条记录。"),
    "sync.done": Message(
        "Done: {writes} record(s) written, {cells} cell(s). Run {run}",
        "完成：写入 {writes} 条记录，{cells} 个单元格。运行 {run}",
    ),
    "sync.attention": Message(
        "Done, with something left for you: {writes} record(s) written, {cells} cell(s). Run {run}",
        "完成，但有需要您处理的内容：写入 {writes} 条记录，{cells} 个单元格。运行 {run}",
    ),
    "sync.failed": Message(
        "Not done everywhere: {writes} record(s) written, {cells} cell(s). Run {run}",
        "部分系统没有完成：写入 {writes} 条记录，{cells} 个单元格。运行 {run}",
    ),
    "sync.attention_quiet": Message(
        "Nothing was written; what is listed above waits for you. Run {run}",
        "没有写入任何内容；上面列出的内容等待您处理。运行 {run}",
    ),
    "sync.done_quiet": Message(
        "Everything agrees; nothing was written. Run {run}", "全部一致，没有写入任何内容。运行 {run}"
    ),
    "sync.only_quiet": Message(
        "Nothing to write that comes from {systems}; the other systems were not read. Run {run}",
        "{systems} 没有带来需要写入的内容；其他系统没有读取。运行 {run}",
    ),
    "sync.open_quiet": Message(
        "Nothing to write; what is listed above is still open. Run {run}",
        "没有需要写入的内容；上面列出的仍有待处理。运行 {run}",
    ),
    "verify.group": Message("{why} — {count}", "{why}：{count}"),
    "verify.record": Message("{title} — {where}", "{title}（{where}）"),
    "verify.not_found": Message("names nothing known", "引用未找到"),
    "verify.clean": Message(
        "Everything agrees: {agreed} field(s) in {records} record(s).",
        "全部一致：{records} 条记录，{agreed} 个字段。",
    ),
    "verify.listed": Message(
        "{agreed} field(s) in {records} record(s) agree; the {differ} that differ are known and listed above.",
        "{records} 条记录中有 {agreed} 个字段一致；其余 {differ} 个差异都已知，见上。",
    ),
    "verify.unclean": Message(
        "Not in agreement: {agreed} field(s) in {records} record(s) agree, {differ} differ. `synchub sync` brings them together.",
        "不一致：{records} 条记录中有 {agreed} 个字段一致，{differ} 个不同。运行 `synchub sync` 使其一致。",
    ),
    "verify.incomplete": Message(
        "Not every system could be read. Of what was read, {agreed} field(s) in {records} record(s) agree, {differ} differ.",
        "有系统无法读取。已读取的 {records} 条记录中有 {agreed} 个字段一致，{differ} 个不同。",
    ),
    "verify.unlinked": Message("Belong to no golden record: {places}", "没有对应主数据的记录：{places}"),
    "verify.missing": Message("Gone from their system: {places}", "已从系统中消失的记录：{places}"),
    "why.held": Message("A conflict waits for a decision", "冲突待人工决定"),
    "why.waiting": Message("A reference is not known yet", "引用的记录尚未出现"),
    "why.read_only": Message("The hub may not write it there", "中台不能写入该系统"),
    "why.default": Message("The system's own default; nobody has set it", "系统自己的默认值，没有人填写过"),
    "why.untouched": Message(
        "Left as it stood: the hub only writes this column and has nothing for it",
        "原样保留：该列只由中台写出，而中台没有值",
    ),
    "why.lossy": Message("Agreed, though the system stores less", "已一致，但系统保存的内容较少"),
    "why.set_aside": Message("The system refused the record", "系统拒绝了这条记录"),
    "why.pending": Message("The next sync will settle it", "下次同步会处理"),
    "status.hub": Message("{hub} — {folder}", "{hub}：{folder}"),
    "status.golden": Message("Golden records: {counts}", "主数据：{counts}"),
    "status.count": Message("{what} {count}", "{what} {count}"),
    "status.never": Message("not yet", "尚未"),
    "status.conflicts": Message(
        "{count} conflict(s) wait for a person ({kinds}): {command}",
        "{count} 个冲突待人工决定（{kinds}）：{command}",
    ),
    "status.quarantined": Message(
        "{count} record(s) are set aside: {command}", "{count} 条记录被搁置：{command}"
    ),
    "status.deletions": Message(
        "{count} deletion(s) wait for approval: {command}", "{count} 条删除待批准：{command}"
    ),
    "status.paused": Message(
        "Paused: {places}. Since when and why: {command}", "已暂停：{places}。时间和原因：{command}"
    ),
    "status.nothing_waits": Message("Nothing waits for a person.", "没有需要人工处理的内容。"),
    "status.no_runs": Message("No run yet. Begin with: synchub plan", "还没有运行过。请从 synchub plan 开始"),
    "status.runs": Message("Last runs", "最近的运行"),
    "run.running": Message("running or broken off", "运行中或已中断"),
    "run.done": Message("done", "完成"),
    "run.attention": Message("done, look at it", "完成，有待处理"),
    "run.unapproved": Message("waits for approval", "待批准"),
    "run.failed": Message("failed", "失败"),
    "link.linked": Message("linked", "已关联"),
    "link.wanted": Message("to be created", "待新建"),
    "link.missing": Message("missing", "已消失"),
    "link.out_of_scope": Message("out of scope", "不在范围内"),
    "link.released": Message("let go by hand", "人工解除"),
    "doctor.well": Message("✓", "✓"),
    "doctor.unwell": Message("✗", "✗"),
    "doctor.all_well": Message("All is well.", "一切正常。"),
    "db.up_to_date": Message("the database is at revision {now} already", "数据库已是版本 {now}"),
    "db.upgraded": Message(
        "the database was brought from revision {before} to {now}", "数据库已从版本 {before} 升级到 {now}"
    ),
    "db.set_up": Message("the database was set up at revision {now}", "数据库已初始化，版本 {now}"),
    "db.backed_up": Message("backup: {file} ({rows} rows)", "备份：{file}（{rows} 行）"),
    "db.restored": Message(
        "restored from {file}: {rows} rows, content {digest}",
        "已从 {file} 恢复：{rows} 行，内容校验 {digest}",
    ),
    "db.look_first": Message(
        "The systems have moved on since the backup: look at `synchub plan` before you sync.",
        "各系统在备份之后已有变化：请先看 `synchub plan` 再同步。",
    ),
    "db.copied": Message(
        "copied to {place}: {rows} rows; both hold the same (content {digest})",
        "已复制到 {place}：{rows} 行；两边内容一致（校验 {digest}）",
    ),
    "db.now_change": Message(
        "To use it, write it as `database` in hub.yaml; nothing may sync between copy and change.",
        "要使用新数据库，请写入 hub.yaml 的 `数据库`；复制之后、修改之前不要同步。",
    ),
    "doctor.total": Message("{count} thing(s) need attention.", "有 {count} 项需要处理。"),
    "init.done": Message("Wrote {files} to {folder}.", "已在 {folder} 写入 {files}。"),
    "init.step_enter": Message(
        "All of this is done in the folder: cd {folder}", "以下都在该文件夹里进行：cd {folder}"
    ),
    "init.step_settings": Message(
        "1. Open hub.yaml and name your systems; “sandbox: yes” keeps a system on invented data until you are ready.",
        "1. 打开 hub.yaml 填写您的系统；写着“沙箱: 是”（sandbox: yes）的系统只使用虚构数据。",
    ),
    "init.step_doctor": Message(
        "2. synchub doctor looks whether everything is in place, synchub check whether the mappings are sound.",
        "2. 用 synchub doctor 检查环境，用 synchub check 检查映射。",
    ),
    "init.step_plan": Message(
        "3. synchub plan shows what a first sync would do, without doing it.",
        "3. 用 synchub plan 预览第一次同步，不做任何写入。",
    ),
    "init.step_sync": Message(
        "4. synchub sync --approve PLAN does it.", "4. 用 synchub sync --approve 方案编号 执行。"
    ),
}

_SMALL: dict[str, Message] = {
    "word.empty": Message("—", "—"),
    "word.yes": Message("yes", "是"),
    "word.no": Message("no", "否"),
    "word.hub": Message("hub", "中台"),
    "word.nothing": Message("nothing new", "没有变化"),
    "word.rows": Message("{count} row(s)", "{count} 行"),
    "word.row": Message("row {number}", "第 {number} 行"),
    "word.its_row": Message("its row", "所在行"),
    "progress.start": Message("opening the hub …", "正在打开中台……"),
    "progress.step": Message("{phase} {system} · {object}: {done}", "{phase} {system} · {object}：{done}"),
    "progress.pull": Message("reading", "读取"),
    "progress.match": Message("matching", "匹配"),
    "progress.push": Message("writing", "写入"),
    "progress.plan": Message("planning", "规划"),
    "progress.verify": Message("comparing", "核对"),
    "grain.none": Message("reading everything", "全量读取"),
    "grain.day": Message("day", "日期"),
    "grain.second": Message("time, to the second", "时间（秒）"),
    "grain.millisecond": Message("time, to the ms", "时间（毫秒）"),
    "grain.microsecond": Message("time, to the µs", "时间（微秒）"),
    "create.none": Message("looking again", "重新查找"),
    "create.token": Message("a token", "请求标识"),
    "create.external_id": Message("an external id", "外部标识"),
    "create.unique_field": Message("a unique field", "唯一字段"),
    "write.none": Message("reading before", "写前读取"),
    "write.etag": Message("version", "版本号"),
    "write.unmodified_since": Message("time of change", "修改时间"),
    "write.compare_old": Message("comparing values", "比对原值"),
    "can.late_visibility_s": Message("changes may appear # s late", "变化可能延迟 # 秒出现"),
    "can.listing_is_snapshot": Message("a listing shows one moment", "列表是同一时刻的快照"),
    "can.thin_listing": Message(
        "lists carry few columns, details are read record by record", "列表字段较少，明细逐条读取"
    ),
    "can.index_lag_s": Message(
        "new records may be missing from searches for # s", "新记录可能 # 秒后才能搜到"
    ),
    "can.deletes": Message("records can be deleted", "可以删除记录"),
    "can.delete_feed_days": Message("tells deletions of the last # days", "可查询最近 # 天的删除"),
    "can.atomic_batch": Message("a batch is written whole or not at all", "每批要么全部写入，要么都不写入"),
    "can.write_returns_record": Message("a write answers with what was stored", "写入后返回保存结果"),
    "can.parallel_writers": Message("# writers at a time", "可同时 # 路写入"),
    "can.replaces_lists": Message("lists are changed row by row", "列表可逐行修改"),
    "can.creates_with_rows": Message("a new record brings its rows along", "新建记录时可同时带上明细行"),
    "can.hub_column_is_identity": Message(
        "rows get an id in a column of the hub's own", "由中台在专用列写入行标识"
    ),
    "can.calls_per_minute": Message("at most # calls a minute", "每分钟最多 # 次调用"),
    "can.calls_per_day": Message("at most # calls a day", "每天最多 # 次调用"),
    "can.masked_fields": Message("some fields may come masked or encrypted", "部分字段可能脱敏或加密"),
}

WORDS: dict[str, Message] = {**_HEADINGS, **_COUNTS, **_SENTENCES, **_SMALL}
