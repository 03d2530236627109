"""What the cli floor says: refusals here, help, words of tables, and stories in the modules beside it."""

from synchub.messages import Message
from synchub.messages.cli_hand import HAND
from synchub.messages.cli_help import HELP
from synchub.messages.cli_map import MAP
from synchub.messages.cli_stories import STORIES
from synchub.messages.cli_words import WORDS

_REFUSALS: dict[str, Message] = {
    "cli.no_command": Message(
        "there is no command “{name}”{hint}",
        "没有“{name}”这个命令{hint}",
        "commands: {known}",
        "可用的命令：{known}",
    ),
    "cli.did_you_mean": Message("; did you mean “{name}”?", "，是否想输入“{name}”？"),
    "cli.no_option": Message(
        "{command} has no option {option}",
        "{command} 没有选项 {option}",
        "`{command} --help` lists the options",
        "用 `{command} --help` 查看可用的选项",
    ),
    "cli.missing": Message(
        "something is missing: {option}",
        "缺少参数：{option}",
        "`{command} --help` explains it",
        "用 `{command} --help` 查看说明",
    ),
    "cli.bad_value": Message(
        "what is given for {option} cannot be used",
        "{option} 的内容不可用",
        "`{command} --help` tells what may stand there",
        "用 `{command} --help` 查看可以写什么",
    ),
    "cli.no_backup": Message(
        "there is no file {file}",
        "没有文件 {file}",
        "backups made without a name lie in .synchub/backups/ of the hub folder",
        "没有指定文件名的备份保存在中台文件夹的 .synchub/backups/ 里",
    ),
    "cli.needs_value": Message(
        "{option} needs a value behind it",
        "{option} 后面需要填写内容",
        "write it like {option} VALUE",
        "请写成 {option} 内容",
    ),
    "cli.extra": Message(
        "{command} does not know what to do with: {words}",
        "{command} 不认识多出来的内容：{words}",
        "put names with blanks into quotes; `{command} --help` shows what belongs where",
        "含空格的名称请加引号；用 `{command} --help` 查看用法",
    ),
    "cli.usage": Message(
        "this line cannot be understood: {detail}",
        "无法理解这行命令：{detail}",
        "`{command} --help` shows how it is written",
        "用 `{command} --help` 查看写法",
    ),
    "cli.bad_language": Message(
        "synchub does not speak “{language}”",
        "不支持语言“{language}”",
        "use --lang zh or --lang en",
        "请使用 --lang zh 或 --lang en",
    ),
    "cli.bad_kind": Message(
        "there are no conflicts of kind “{kind}”",
        "没有“{kind}”这类冲突",
        "kinds: {known}",
        "可用的种类：{known}",
    ),
    "cli.not_found": Message(
        "no {entity} is called “{key}”",
        "没有找到“{key}”（{entity}）",
        "give its code, its name or a part of it; a record that was deleted is told by `synchub history RUN` only",
        "请填写编码、名称或名称的一部分；已删除的记录只能用 `synchub history 运行` 查看",
    ),
    "cli.several": Message(
        "“{key}” may mean {count} records:\n{lines}",
        "“{key}”可能是 {count} 条记录中的一条：\n{lines}",
        "say it again with the id in front of the right one",
        "请改用所需记录前面的编号",
    ),
    "cli.several_masked": Message(
        "“{key}” may mean {count} records:\n{lines}",
        "“{key}”可能是 {count} 条记录中的一条：\n{lines}",
        "say it again with the id in front of the right one; --show-personal shows whole names",
        "请改用所需记录前面的编号；加 --show-personal 可显示完整姓名",
    ),
    "cli.init_exists": Message(
        "{folder} already holds {files}; nothing was written",
        "{folder} 中已有 {files}，没有写入任何内容",
        "choose an empty folder: synchub init FOLDER",
        "请选择空文件夹：synchub init 文件夹",
    ),
    "cli.init_template": Message(
        "there is no template “{name}”", "没有模板“{name}”", "templates: {known}", "可用的模板：{known}"
    ),
    "cli.init_file": Message(
        "{folder} is a file, not a folder",
        "{folder} 是文件，不是文件夹",
        "choose another name",
        "请换一个名称",
    ),
    "cli.disk": Message(
        "the computer refused: {detail} {file}",
        "系统拒绝了操作：{detail} {file}",
        "check free space on the disk and the permissions of the folder",
        "请检查磁盘空间和文件夹权限",
    ),
    "cli.interrupted": Message(
        "stopped; what was done so far is kept",
        "已停止；已完成的部分都已保存",
        "run it again: it goes on where it stopped",
        "重新运行即可从中断处继续",
    ),
    "cli.defect": Message(
        "synchub has made a mistake ({kind}); your data is as the last finished step left it",
        "synchub 内部出错（{kind}）；数据停留在最后完成的一步",
        "please report it, with the lines above",
        "请把上面的内容反馈给我们",
    ),
    "cli.defect_of_connector": Message(
        "the connector {package} has made a mistake ({kind}); your data is as the last finished step left it",
        "连接器 {package} 内部出错（{kind}）；数据停留在最后完成的一步",
        "please report it to those who made the connector, with the lines above; `synchub sync --system NAME` works with the other systems meanwhile",
        "请把上面的内容反馈给连接器的作者；在此期间可用 `synchub sync --system 名称` 处理其他系统",
    ),
    "cli.unknown_code": Message(
        "reason {code}, of a connector that is not installed", "原因 {code}，对应的连接器没有安装"
    ),
    "cli.way_out": Message("→ {fix}", "→ {fix}"),
    "cli.more": Message(
        "… and {count} more; {option} shows every one", "……还有 {count} 条；加 {option} 查看全部"
    ),
}

MESSAGES: dict[str, Message] = {**_REFUSALS, **HELP, **MAP, **WORDS, **STORIES, **HAND}
