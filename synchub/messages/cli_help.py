"""Help texts of the command line."""

from synchub.messages import Message

_COMMANDS: dict[str, Message] = {
    "help.synchub": Message(
        "Keeps the CRM, ERP and spreadsheets of a channel team in agreement, in both directions, field by field.",
        "让渠道团队的 CRM、ERP 和表格保持一致：双向同步，逐字段合并。",
    ),
    "help.synchub.more": Message(
        "To see it work: synchub demo. To begin with your own systems: synchub init.",
        "先看效果：synchub demo。接入自己的系统：synchub init。",
    ),
    "help.init": Message("Write a new hub folder to start from", "新建中台文件夹"),
    "help.init.more": Message(
        "It holds hub.yaml (systems), mappings (which column is which field) and flows (when to sync). Nothing that exists is overwritten.",
        "其中有 hub.yaml（系统）、mappings（列与字段的对应关系）和 flows（何时同步）。已有的文件不会被覆盖。",
    ),
    "help.demo": Message(
        "See a two-way sync of three systems, without any account", "演示三个系统的双向同步，不需要任何账号"
    ),
    "help.demo.more": Message(
        "Makes a hub folder with a CRM, an ERP and a workbook, fills them with invented partners, and plays through a first contact, "
        "edits on all sides and the syncs between. Every command works on the folder afterwards.",
        "新建一个中台文件夹，接上 CRM、ERP 和一个表格，写入虚构的渠道伙伴，演示首次对接、各方同时修改以及之后的同步。演示结束后可以在这个文件夹里使用所有命令。",
    ),
    "help.connectors": Message(
        "Which connectors are installed, and what they can do", "查看已安装的连接器及其能力"
    ),
    "help.check": Message(
        "Find every mistake in hub.yaml and the mapping files", "检查 hub.yaml 和映射文件中的所有错误"
    ),
    "help.check.more": Message(
        "Each mistake comes with file, line and what to do. The exit code is 1 when there is an error.",
        "每个错误都会给出文件、行号和处理办法。有错误时退出码为 1。",
    ),
    "help.plan": Message(
        "Show exactly what a sync would write; writes nothing", "预览同步将写入的每个单元格，不做任何写入"
    ),
    "help.plan.more": Message(
        "On first contact it also shows how many records are linked, created or left for a person, and the id with which you approve the plan. "
        "With --json every cell is there exactly as it will be written; personal data only with --show-personal.",
        "首次对接时还会显示将关联、新建和待人工处理的记录数，以及批准方案所用的编号。使用 --json 时给出将写入的全部原始内容；个人信息需加 --show-personal。",
    ),
    "help.sync": Message("Bring all systems into agreement", "同步，使各系统保持一致"),
    "help.sync.more": Message(
        "The first sync of a mapping needs a plan that somebody has approved. Records that cannot be decided are held or set aside, "
        "the others go on. The exit code is 1 when a system could not be worked with, 3 when a plan waits for approval. "
        "With --json every cell is there as it was written; personal data only with --show-personal.",
        "映射的第一次同步需要有人批准方案。无法决定的内容会保留或搁置，其余照常同步。有系统无法使用时退出码为 1，方案待批准时为 3。使用 --json 时给出写入的全部原始内容；个人信息需加 --show-personal。",
    ),
    "help.status": Message(
        "What the hub holds, what waits, and the last runs", "查看中台的数据、待办事项和最近的运行"
    ),
    "help.conflicts": Message("What a person must decide", "查看需要人工决定的冲突"),
    "help.quarantine": Message("Records set aside, and why", "查看被搁置的记录及原因"),
    "help.explain": Message(
        "Where the values of a record came from, and who lost", "查看记录的值从何而来、取代了哪些值"
    ),
    "help.explain.more": Message(
        "For example: synchub explain partner QD-00012 phone. With a field it tells everything about this field, without one it shows all fields and the last changes.",
        "例如：synchub explain 渠道伙伴 QD-00012 联系电话。写明字段时详细说明该字段，不写时列出全部字段和最近的变化。",
    ),
    "help.verify": Message(
        "Read every system again and compare every mapped field", "重新读取各系统，逐字段核对是否一致"
    ),
    "help.verify.more": Message(
        "Writes nothing. The exit code is 1 when something differs that nobody knows about.",
        "不做任何写入。发现没有记录在案的差异时退出码为 1。",
    ),
    "help.db": Message(
        "Upgrade, back up, restore or move the hub's database", "升级、备份、恢复或迁移中台的数据库"
    ),
    "help.db.more": Message(
        "SQLite is upgraded when it is opened; PostgreSQL by `synchub db upgrade`, since others may be at work on it. A backup is one file, whatever "
        "the database, and can be restored into either kind. No program of PostgreSQL is needed.",
        "SQLite 在打开时自动升级；PostgreSQL 可能有他人正在使用，需运行 `synchub db upgrade`。备份总是一个文件，可以恢复到任意一种数据库，不需要 PostgreSQL 的工具。",
    ),
    "help.db.upgrade": Message(
        "Bring the database to the structure this synchub needs", "将数据库升级到当前程序需要的结构"
    ),
    "help.db.upgrade.more": Message(
        "Sets up an empty PostgreSQL database, or upgrades it after a backup. Only one process upgrades at a time.",
        "初始化空的 PostgreSQL 数据库，或先备份再升级。同一时间只有一个进程执行升级。",
    ),
    "help.db.upgrade.no_backup": Message("upgrade without a backup", "升级前不备份"),
    "help.db.backup": Message("Copy the database into one file", "将数据库备份为一个文件"),
    "help.db.backup.more": Message(
        "Works while others write; the file holds one moment. Without FILE it goes to .synchub/backups/. It holds personal data: only its owner may read it.",
        "可以在他人写入时进行，文件反映同一时刻的内容。不写文件名时保存到 .synchub/backups/。其中有个人信息，仅所有者可读。",
    ),
    "help.db.backup.file": Message("where to write it; must not exist", "备份文件，不能已存在"),
    "help.db.restore": Message("Put a backup into the hub's database", "用备份恢复中台的数据库"),
    "help.db.restore.more": Message(
        "All or nothing. A backup of an older synchub is upgraded on the way, one of a newer is refused. Afterwards look at `synchub plan` before you "
        "sync: the systems have moved on since the backup.",
        "全部恢复或完全不动。旧版本的备份会在恢复时升级，更新版本的备份会被拒绝。恢复后请先看 `synchub plan` 再同步，因为各系统在备份之后已有变化。",
    ),
    "help.db.restore.file": Message(
        "a file that `synchub db backup` wrote", "`synchub db backup` 生成的文件"
    ),
    "help.db.restore.replace": Message(
        "replace the data that is there, after a backup of it", "先备份，再替换现有数据"
    ),
    "help.db.copy": Message("Copy everything into another, empty database", "将全部数据复制到另一个空数据库"),
    "help.db.copy.more": Message(
        "From SQLite to PostgreSQL or back. All or nothing: rows and content are compared before anything is kept. hub.yaml is not changed.",
        "从 SQLite 到 PostgreSQL，或反过来。全部复制或完全不动：行数和内容核对一致后才会保留。不会修改 hub.yaml。",
    ),
    "help.db.copy.target": Message(
        "as `database` in hub.yaml: sqlite:///FILE, postgresql://user@host/name, or '{{url: …, password: {{env: NAME}}}}'",
        "写法与 hub.yaml 的 `数据库` 相同：sqlite:///文件、postgresql://用户@主机/名称，或 '{{url: …, password: {{env: 变量名}}}}'",
    ),
    "help.doctor": Message("Look at everything a working hub needs", "检查中台运行所需的一切"),
    "help.doctor.more": Message(
        "Files, database, secrets, addresses and permissions. The exit code is 1 when something is not well.",
        "包括文件、数据库、机密、地址和权限。有问题时退出码为 1。",
    ),
}

_OPTIONS: dict[str, Message] = {
    "help--hub": Message(
        "the hub folder; without it SYNCHUB_HUB, else the nearest folder upward that holds a hub.yaml",
        "中台文件夹；不写时用环境变量 SYNCHUB_HUB，或向上查找含 hub.yaml 的文件夹",
    ),
    "help--hub.value": Message("FOLDER", "文件夹"),
    "help--lang": Message(
        "zh or en; without it SYNCHUB_LANG, else the language of hub.yaml, else that of the system",
        "zh 或 en；不写时依次采用环境变量 SYNCHUB_LANG、hub.yaml 中的语言、系统语言",
    ),
    "help--lang.value": Message("LANGUAGE", "语言"),
    "help--json": Message(
        "answer with one JSON document on standard output, for programs",
        "在标准输出给出一份 JSON，供程序使用",
    ),
    "help--help": Message("show this page", "显示本说明"),
    "help.version": Message("show the version", "显示版本"),
    "help.usage": Message("Usage: ", "用法："),
    "help.command": Message("command", "命令"),
    "help.options_word": Message("options", "选项"),
    "help.commands": Message("Commands", "命令"),
    "help.arguments": Message("What follows the command", "参数"),
    "help.options": Message("Options", "选项"),
    "help.everywhere": Message(
        "With every command, before or behind its name", "所有命令都可使用，写在命令前后均可"
    ),
    "help.sync.show_personal": Message(
        "with --json: do not mask personal data", "与 --json 同用：不遮盖个人信息"
    ),
    "help.metavar.file": Message("FILE", "文件"),
    "help.metavar.database": Message("DATABASE", "数据库"),
    "help.metavar.name": Message("NAME", "名称"),
    "help.metavar.plan": Message("PLAN", "方案"),
    "help.metavar.folder": Message("FOLDER", "文件夹"),
    "help.metavar.entity": Message("ENTITY", "种类"),
    "help.metavar.key": Message("KEY", "记录"),
    "help.metavar.field": Message("FIELD", "字段"),
    "help.all": Message("show every row, however many there are", "显示全部，不限条数"),
    "help.show_personal": Message(
        "show names of people, telephone numbers and addresses in full; without it they are masked",
        "完整显示姓名、电话、邮箱等个人信息；不加时只显示部分",
    ),
    "help.system": Message("only this system; may be given several times", "只处理这个系统；可以多次填写"),
    "help.system_one": Message("only this system", "只看这个系统"),
    "help.check.online": Message(
        "also ask the systems whether the columns and options are there", "同时向各系统核对列和选项是否存在"
    ),
    "help.sync.approve": Message(
        "approve this plan of a first contact and carry it out", "批准这个首次对接方案并执行"
    ),
    "help.conflicts.kind": Message("only conflicts of this kind", "只看这一类冲突"),
    "help.explain.entity": Message(
        "the kind of record: partner, contact, employee …", "记录的种类：渠道伙伴、联系人、员工……"
    ),
    "help.explain.key": Message(
        "the record: its id, its code, its name or a part of the name",
        "哪条记录：编号、编码、名称或名称的一部分",
    ),
    "help.explain.field": Message("only this field, with all details", "只看这个字段的详细情况"),
    "help.explain.all": Message("show empty fields and the whole history too", "同时显示空字段和全部历史"),
    "help.init.folder": Message("where to write it; without it, here", "写入的位置；不写时为当前文件夹"),
    "help.init.template": Message(
        "begin with a set of mappings other than the demo's, and the blank workbooks it asks for: channel (products, orders, payments, follow-up, "
        "after-sales …), kingdee (金蝶云星辰 and a workbook), sheets (two workbooks), tryton (Tryton and a workbook)",
        "以演示之外的一套映射为起点，并生成它所需的空白工作簿：channel（产品、订单、回款、跟进、售后……）、kingdee（金蝶云星辰与工作簿）、"
        "sheets（两个工作簿）、tryton（Tryton 与工作簿）",
    ),
    "help.demo.folder": Message("where to make it; without it, demo", "新建的位置；不写时为 demo"),
}

HELP: dict[str, Message] = {**_COMMANDS, **_OPTIONS}
