"""What the commands around mapping files say: check, map, preview, impact, schema."""

from synchub.messages import Message

_HELP: dict[str, Message] = {
    "help.map": Message(
        "Work on mapping files: draft, repair, convert, compare, put into force",
        "处理映射文件：起草、修复、转换、比较、启用",
    ),
    "help.map.format": Message(
        "Write mapping files with English or Chinese keywords", "把映射文件改写为中文或英文关键字"
    ),
    "help.map.format.more": Message(
        "Say which with --lang en or --lang zh. Only words are changed; comments, order and spacing stay, and the file means the same.",
        "用 --lang zh 或 --lang en 指定语言。只改关键字；注释、顺序和空格不变，含义也不变。",
    ),
    "help.map.fix": Message(
        "Repair full-width marks, tabs, invisible characters and GBK",
        "修复全角标点、制表符、不可见字符和 GBK 编码",
    ),
    "help.map.fix.more": Message(
        "A copy of each file that changes is kept beside it, and the differences are shown.",
        "每个被修改的文件都会在旁边留一份原样，并显示改动。",
    ),
    "help.map.diff": Message("Show what was edited since the version in force", "查看与已启用版本的差别"),
    "help.map.activate": Message(
        "Put the edited mapping files into force, after showing what they change",
        "启用修改后的映射文件，启用前显示影响",
    ),
    "help.map.activate.more": Message(
        "An edit alone changes nothing: syncs go on with the version in force and say so. A comment or another language is no edit.",
        "只修改文件不会产生任何写入：同步继续使用已启用的版本并给出提示。改注释或换语言不算修改。",
    ),
    "help.map.rollback": Message(
        "Go back to an earlier version of the mapping files", "恢复到以前的映射版本"
    ),
    "help.map.rollback.more": Message(
        "The files of that version are put back into the folder, after showing what that changes.",
        "会把该版本的文件放回文件夹，之前先显示影响。",
    ),
    "help.map.versions": Message(
        "Every version the hub ran with, who put it into force, and when", "查看各个版本、由谁在何时启用"
    ),
    "help.map.suggest": Message(
        "Draft a mapping from the columns and rows of a system", "根据系统的列和数据起草映射文件"
    ),
    "help.map.suggest.more": Message(
        "Names, labels, types, cells and values the hub knows are compared with its fields; each line says how sure it is and why.",
        "把名称、标签、类型、内容和中台已有的值与标准字段比较；每条都写明把握程度和理由。",
    ),
    "help.map.suggest.system": Message("the system, as in hub.yaml", "系统，与 hub.yaml 中一致"),
    "help.map.suggest.object": Message(
        "the object there: Account, a worksheet …", "系统里的对象：Account、工作表等"
    ),
    "help.map.suggest.to": Message(
        "the kind of record it becomes; without it, the nearest is chosen",
        "对应的标准对象；不写时自动选择最接近的",
    ),
    "help.map.suggest.write": Message(
        "write it into mappings/ instead of showing it", "写入 mappings/，而不是显示"
    ),
    "help.metavar.system": Message("SYSTEM", "系统"),
    "help.metavar.object": Message("OBJECT", "对象"),
    "help.schema": Message(
        "Write a JSON Schema, by which editors complete mapping files",
        "生成 JSON Schema，供编辑器补全映射文件",
    ),
    "help.schema.more": Message(
        "It knows the keywords of both languages, this hub's fields, and the columns, labels and options of its systems.",
        "包含两种语言的关键字、本中台的字段，以及各系统的列、标签和选项。",
    ),
    "help.schema.offline": Message("without asking the systems for their columns", "不向各系统询问列"),
    "help.schema.print": Message("show it instead of writing it", "显示，而不写入文件"),
    "help.map.drift": Message(
        "Find columns that are gone, and the columns that took their place", "查找消失的列以及取代它们的列"
    ),
    "help.map.drift.more": Message(
        "A field whose column is gone rests on that link only; the change of the mapping file is shown, and made with --write.",
        "列消失后，只有该系统的这个字段暂停；会显示映射文件应如何修改，加 --write 即写入。",
    ),
    "help.map.drift.write": Message("change the mapping files", "修改映射文件"),
    "help.map.yes": Message("do not ask", "不再询问"),
    "help.map.rollback.version": Message(
        "the version, or its beginning; without it, the one before; the one in force takes an edit back",
        "版本号或其开头；不写时为上一个版本；写已启用的版本则撤销未启用的修改",
    ),
    "help.preview": Message(
        "Show how the mapping files read real rows; writes nothing", "预览映射文件如何读取真实数据，不做写入"
    ),
    "help.preview.more": Message(
        "For each field: what stands there, what it means, and what the hub would write back.",
        "逐字段显示：系统里的内容、它的含义、中台会写回什么。",
    ),
    "help.preview.mapping": Message(
        "one mapping or one system; without it, all", "某个映射或系统；不写时为全部"
    ),
    "help.preview.sample": Message("how many rows of each, 1 to 1000", "每个映射显示的行数，1 到 1000"),
    "help.suggest.sample": Message(
        "how many rows to look at, 0 to 5000; with 0 only the names and types of the columns count",
        "查看多少行，0 到 5000；0 表示只看列名和类型",
    ),
    "help.preview.role": Message(
        "show what this role may see, as the model says", "按模型中该角色的可见性显示"
    ),
    "help.impact": Message(
        "Show what an edit of the mapping files would change; writes nothing",
        "查看映射文件的修改会带来什么变化，不做写入",
    ),
    "help.impact.more": Message(
        "A whole sync is rehearsed twice, with the old files and with the new ones; the difference is shown per field and system, with "
        "three examples each.",
        "用旧文件和新文件各演练一次完整同步，逐字段、逐系统显示差别，各给三个例子。",
    ),
    "help.impact.between": Message(
        "OLD..NEW, each a version, a folder, active or working; without it, active..working",
        "旧..新，可写版本号、文件夹、active 或 working；不写时为 active..working",
    ),
    "help.metavar.mapping": Message("MAPPING", "映射"),
    "help.metavar.version": Message("VERSION", "版本"),
    "help.metavar.between": Message("OLD..NEW", "旧..新"),
    "help.metavar.files": Message("FILE…", "文件…"),
    "help.map.format.files": Message(
        "the files to convert; without any, all of the hub", "要转换的文件；不写时为全部映射和模型文件"
    ),
    "help.map.fix.files": Message(
        "the files to repair; without any, hub.yaml and all mapping and model files",
        "要修复的文件；不写时为 hub.yaml 和全部映射、模型文件",
    ),
    "help.dry_run": Message("show it and change nothing", "只显示，不修改"),
    "help.check.format": Message(
        "how to answer: text, json, or sarif for editors and code hosts",
        "输出格式：text、json，或供编辑器和代码平台使用的 sarif",
    ),
    "help.check.sample": Message(
        "also try the files on so many rows of each mapping that the hub remembers, such as 200; personal values are masked",
        "另用每个映射已保存的若干行试读，例如 200；个人信息只显示部分",
    ),
    "help.check.profile": Message(
        "show how long reading and writing a record takes, field by field", "逐字段显示读写一条记录所需的时间"
    ),
    "help.check.all": Message("tell of every field what happens to its values", "列出每个字段的处理方式"),
}

_REFUSALS: dict[str, Message] = {
    "cli.format_language": Message(
        "which language shall the files be written in?",
        "要改写成哪种语言？",
        "add --lang en or --lang zh",
        "请加上 --lang zh 或 --lang en",
    ),
    "cli.bad_role": Message(
        "“{role}” is no role; there are: {known}",
        "没有角色“{role}”，可用：{known}",
        "choose one of them",
        "请从中选择",
    ),
    "cli.no_earlier_version": Message(
        "{version} is the only version there is",
        "只有一个版本：{version}",
        "`synchub map rollback {version}` takes back an edit that is not in force",
        "用 `synchub map rollback {version}` 撤销尚未启用的修改",
    ),
    "cli.needs_yes": Message(
        "nobody can be asked here, so nothing was put into force",
        "这里无法询问，因此没有启用",
        "look at `synchub impact`, then add {option}",
        "先查看 `synchub impact`，再加 {option}",
    ),
    "cli.not_activated": Message(
        "nothing was put into force", "没有启用", "syncs go on as before", "同步照旧进行"
    ),
    "cli.draft_exists": Message(
        "{file} exists already",
        "{file} 已经存在",
        "move it away, or leave out {option}",
        "请先移走，或不加 {option}",
    ),
    "cli.no_file": Message("there is no file {file}", "没有文件 {file}", "check the name", "请检查文件名"),
    "cli.bad_format": Message(
        "“{format}” is none of the answers that can be given: {known}",
        "不支持输出格式“{format}”，可用：{known}",
        "choose one of them",
        "请从中选择",
    ),
}

_WORDS: dict[str, Message] = {
    "suggest.head": Message(
        "A draft, made from the columns and {rows} row(s): look at every line before it is put into force.",
        "草稿，根据列和 {rows} 行数据起草：启用前请逐行核对。",
    ),
    "suggest.how": Message(
        "Above each entry stands how sure the draft is, and why. Left the hub's field, right the column.",
        "每条上方写着把握程度和理由。冒号左边是中台字段，右边是列。",
    ),
    "suggest.nothing": Message("no column could be recognised", "没有认出任何列"),
    "suggest.left": Message("columns that were not recognised:", "没有认出的列："),
    "suggest.same_name": Message("the same name", "名称相同"),
    "suggest.synonym": Message("another word for it", "常用的别名"),
    "suggest.near_name": Message("a similar name", "名称相近"),
    "suggest.part_of_name": Message("the name contains it", "名称中包含"),
    "suggest.readable": Message("{percent}% of the cells can be read so", "{percent}% 的内容符合该类型"),
    "suggest.known": Message(
        "{percent}% of the values are known to the hub", "{percent}% 的内容在中台里已有"
    ),
    "suggest.written": Message("Written: {file}", "已写入：{file}"),
    "suggest.mapped": Message(
        "{object} is mapped already, by {mappings}: no two mappings may write the same column, so take from the draft what you need.",
        "{object} 已有映射 {mappings}：同一列不能由两个映射写入，请只取草稿中需要的部分。",
    ),
    "suggest.next": Message(
        "Read it through, then run `synchub check --online` and `synchub preview {mapping}`.",
        "请通读，然后运行 `synchub check --online` 和 `synchub preview {mapping}`。",
    ),
    "schema.written": Message("Written: {file}", "已写入：{file}"),
    "schema.line": Message(
        "An editor with the YAML language server uses it where this is the first line of a mapping file:",
        "在使用 YAML 语言服务器的编辑器中，把下面这行写在映射文件第一行即可生效：",
    ),
    "schema.settings": Message(
        "or, for all of them, in the settings of VS Code:", "也可以在 VS Code 的设置里对全部文件生效："
    ),
    "drift.instead": Message(
        "; it is probably “{column}” now (name {names}% alike, {values}% of the remembered values stand there)",
        "；现在可能是“{column}”（名称相似 {names}%，记住的值有 {values}% 在其中）",
    ),
    "drift.none": Message("No column is missing.", "没有缺少的列。"),
    "map.same": Message("Nothing was edited.", "没有修改。"),
    "map.ask": Message("Put it into force? [y/N] ", "要启用吗？[y/N] "),
    "map.already": Message("Version {version} is in force already.", "版本 {version} 已经启用。"),
    "map.discarded": Message(
        "The files of version {version}, which is in force, are back in the folder.",
        "已启用的版本 {version} 的文件已恢复到文件夹。",
    ),
    "map.kept": Message(
        "The files as they were in the folder are kept in {folder}.", "文件夹里原来的文件保存在 {folder}。"
    ),
    "map.activated": Message(
        "Version {version} is in force, instead of {before}, by {by}.",
        "已由 {by} 启用版本 {version}，原版本为 {before}。",
    ),
    "map.no_version": Message(
        "No version is in force yet: the first approved sync puts one into force.",
        "还没有已启用的版本：首次批准的同步会自动启用。",
    ),
    "map.edited": Message(
        "The files in the folder were edited and are not in force.", "文件夹中的文件有修改，尚未启用。"
    ),
    "map.not_edited": Message(
        "The files in the folder are those in force.", "文件夹中的文件与已启用的版本一致。"
    ),
    "map.action.first": Message("first sync", "首次同步"),
    "map.action.added": Message("mappings added", "新增映射"),
    "map.action.activate": Message("activated", "启用"),
    "map.action.rollback": Message("rolled back", "恢复"),
    "table.version": Message("version", "版本"),
    "table.action": Message("what", "操作"),
    "table.by": Message("by", "操作人"),
    "impact.golden": Message("Values of the hub that change: {count}", "中台数据的变化：{count}"),
    "impact.writes": Message("Cells that would be written: {count}", "将写入的单元格：{count}"),
    "impact.avoided": Message(
        "Cells that would not be written any more: {count}", "不再写入的单元格：{count}"
    ),
    "impact.group": Message("{place} · {name}: {count}", "{place} · {name}：{count}"),
    "impact.nothing": Message("Nothing would change.", "不会有任何变化。"),
    "impact.total": Message(
        "{golden} value(s) of the hub and {writes} cell(s) in the systems would change. Nothing was written.",
        "中台 {golden} 个值、各系统 {writes} 个单元格会变化。目前没有写入。",
    ),
    "impact.first_contact": Message(
        "These mappings would meet the hub for the first time, which a person approves: {mappings}",
        "以下映射将首次对接，需要人工批准：{mappings}",
    ),
    "preview.mapping": Message(
        "{mapping} · {system} · {object}: {rows} row(s), {known} known to the hub",
        "{mapping} · {system} · {object}：{rows} 行，其中 {known} 行已关联",
    ),
    "preview.there": Message("there", "系统里"),
    "preview.means": Message("means", "含义"),
    "preview.writes": Message("the hub would write", "中台将写入"),
    "preview.outside": Message("outside the scope", "不在范围内"),
    "preview.unknown": Message("not known to the hub", "尚未关联"),
    "preview.nothing_written": Message("Nothing was written.", "没有写入。"),
    "map.copy": Message(" (the file as it was: {copy})", "（原文件保存为 {copy}）"),
    "map.changed": Message("{count} of {files} file(s) changed.", "共 {files} 个文件，修改了 {count} 个。"),
    "map.would": Message(
        "{count} of {files} file(s) would be changed; nothing was written.",
        "共 {files} 个文件，需要修改 {count} 个；没有写入。",
    ),
    "check.edited": Message(
        "These files are not in force yet: `synchub impact` shows what they would change, `synchub map activate` puts them into force.",
        "这些文件尚未启用：`synchub impact` 查看影响，`synchub map activate` 启用。",
    ),
    "check.sample": Message(
        "tried on {rows} remembered row(s); not every value came through:",
        "已用保存的 {rows} 行试读；以下字段有值未能通过：",
    ),
    "check.sample.well": Message(
        "tried on {rows} remembered row(s); every value came through", "已用保存的 {rows} 行试读，全部通过"
    ),
    "check.sample.new": Message(
        "nothing is remembered of the columns of {fields} yet", "以下字段的列尚未保存过数据：{fields}"
    ),
    "check.sample.none": Message(
        "no usable rows of it are remembered yet; `synchub preview` reads real ones from the system",
        "还没有可用的已存数据行；`synchub preview` 可直接读取系统中的数据",
    ),
    "check.values": Message("Read", "读出"),
    "check.blank": Message("Blank", "空白"),
    "check.absent": Message("Not there", "没有该列"),
    "check.unreadable": Message("Held", "待审"),
    "check.unwritable": Message("Not writable", "写不出"),
    "check.examples": Message("Such as", "例如"),
    "check.cost": Message(
        "measured on {rows} remembered row(s): {read} µs to read a record, {write} µs to write one; both for {load} records: {seconds} s of CPU",
        "用保存的 {rows} 行测得：读一条 {read} 微秒，写一条 {write} 微秒；{load} 条读写共需 CPU {seconds} 秒",
    ),
    "check.cost.made_up": Message(
        "measured on {rows} made-up rows: {read} µs to read a record, {write} µs to write one; both for {load} records: {seconds} s of CPU",
        "用 {rows} 行示例数据测得：读一条 {read} 微秒，写一条 {write} 微秒；{load} 条读写共需 CPU {seconds} 秒",
    ),
    "check.format": Message("Format", "格式"),
    "check.read": Message("Read, µs", "读，微秒"),
    "check.write": Message("Write, µs", "写，微秒"),
    "check.share": Message("Share", "占比"),
    "check.file": Message(
        "{file} · {entity}: {fields} field(s): {both} both ways, {reads} only read, {writes} only written; "
        "{reversible} reversible, {normalising} normalising, {lossy} lossy; {tests} test(s)",
        "{file} · {entity}：{fields} 个字段，{both} 双向，{reads} 只读入，{writes} 只写出；"
        "可逆 {reversible}，规范化 {normalising}，有损 {lossy}；{tests} 个测试",
    ),
}

MAP: dict[str, Message] = {**_HELP, **_REFUSALS, **_WORDS}
