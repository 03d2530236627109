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
    "help.metavar.files": Message("FILE…", "文件…"),
    "help.map.format.files": Message(
        "the files to convert; without any, all of the hub", "要转换的文件；不写时为全部映射和模型文件"
    ),
    "help.map.fix.files": Message(
        "the files to repair; without any, all of the hub", "要修复的文件；不写时为全部映射和模型文件"
    ),
    "help.dry_run": Message("show it and change nothing", "只显示，不修改"),
    "help.check.format": Message(
        "how to answer: text, json, or sarif for editors and code hosts",
        "输出格式：text、json，或供编辑器和代码平台使用的 sarif",
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
    "cli.no_file": Message("there is no file {file}", "没有文件 {file}", "check the name", "请检查文件名"),
    "cli.bad_format": Message(
        "“{format}” is none of the answers that can be given: {known}",
        "不支持输出格式“{format}”，可用：{known}",
        "choose one of them",
        "请从中选择",
    ),
    "cli.no_map_command": Message(
        "synchub map has no command “{name}”{hint}",
        "synchub map 没有命令“{name}”{hint}",
        "commands: {known}",
        "可用的命令：{known}",
    ),
}

_WORDS: dict[str, Message] = {
    "map.copy": Message(" (the file as it was: {copy})", "（原文件保存为 {copy}）"),
    "map.changed": Message("{count} of {files} file(s) changed.", "共 {files} 个文件，修改了 {count} 个。"),
    "map.would": Message(
        "{count} of {files} file(s) would be changed; nothing was written.",
        "共 {files} 个文件，需要修改 {count} 个；没有写入。",
    ),
    "check.file": Message(
        "{file} · {entity}: {fields} field(s): {both} both ways, {reads} only read, {writes} only written; "
        "{reversible} reversible, {normalising} normalising, {lossy} lossy; {tests} test(s)",
        "{file} · {entity}：{fields} 个字段，{both} 双向，{reads} 只读入，{writes} 只写出；"
        "可逆 {reversible}，规范化 {normalising}，有损 {lossy}；{tests} 个测试",
    ),
}

MAP: dict[str, Message] = {**_HELP, **_REFUSALS, **_WORDS}
