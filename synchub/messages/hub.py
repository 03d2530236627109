"""What the hub floor says (codes H3xx)."""

from synchub.messages import Message

_PROBLEMS: dict[str, Message] = {
    "H300": Message(
        "there is no hub.yaml in {folder}, nor above it",
        "{folder} 及其上级文件夹里没有 hub.yaml",
        "make a hub folder with “synchub init”, or name one with --hub",
        "请用“synchub init”新建，或用 --hub 指定文件夹",
    ),
    "H301": Message(
        "there is no connector “{name}”{hint}",
        "没有连接器“{name}”{hint}",
        "installed: {known}",
        "已安装：{known}",
    ),
    "H302": Message("hub.yaml has {count} problem(s)", "hub.yaml 有 {count} 处问题"),
    "H303": Message(
        "this connector has no setting “{name}”{hint}",
        "这个连接器没有设置“{name}”{hint}",
        "settings: {known}",
        "可用的设置：{known}",
    ),
    "H304": Message(
        "the setting “{name}” is missing",
        "缺少设置“{name}”",
        "add it under settings; the connector's README tells where to find it",
        "请在“设置”下面补上；连接器的 README 说明了在哪里查找",
    ),
    "H305": Message("the setting “{name}” cannot be this: {detail}", "设置“{name}”不能这样写：{detail}"),
    "H306": Message(
        "“{name}” is a secret and must not stand in this file",
        "“{name}”是机密，不能直接写在这个文件里",
        "put it into an environment variable and write {{env: NAME}}, or into a file and write {{file: path}}; "
        "if this file was shared, change the secret",
        "请放进环境变量并写成 {{env: 变量名}}，或放进文件并写成 {{file: 路径}}；如果文件已经外传，请更换该机密",
    ),
    "H307": Message(
        "“{timezone}” is not a time zone{hint}",
        "“{timezone}”不是时区名称{hint}",
        "write it like Asia/Shanghai",
        "请写成 Asia/Shanghai 的形式",
    ),
    "H308": Message(
        "no system is listed here", "这里没有列出任何系统", "add at least one", "请至少添加一个系统"
    ),
    "H309": Message(
        "“{name}” cannot be the name of a system",
        "“{name}”不能用作系统名称",
        "use letters, digits, - and _, at most 40; “hub” is taken",
        "请使用文字、数字、- 和 _，最多 40 个字符；“hub”已被占用",
    ),
    "H310": Message(
        "this is not the address of a database synchub can use",
        "这不是 synchub 支持的数据库地址",
        "write postgresql://user@host/name, or leave database out for SQLite",
        "请写成 postgresql://用户@主机/库名；使用 SQLite 时可以不写“数据库”",
    ),
    "H311": Message(
        "the address of the database holds a password",
        "数据库地址里含有密码",
        "take it out and add “password: {{env: NAME}}”",
        "请从地址里去掉，另写“密码: {{env: 变量名}}”",
    ),
    "H312": Message(
        "the connector “{name}” is installed but cannot be loaded: {detail}",
        "连接器“{name}”已安装，但无法加载：{detail}",
        "install it again: pip install --upgrade {package}",
        "请重新安装：pip install --upgrade {package}",
    ),
    "H313": Message(
        "the connector “{name}” has no sandbox",
        "连接器“{name}”没有沙箱",
        "leave out “sandbox: yes”",
        "请去掉“沙箱: 是”",
    ),
    "H314": Message(
        "{file} cannot be read, or holds no certificate",
        "{file} 无法读取，或其中没有证书",
        "name a PEM file with the certificate of your company's authority; a relative path starts at the hub folder",
        "请指定公司证书机构的 PEM 证书文件；相对路径从中台文件夹算起",
    ),
    "H315": Message(
        "“{value}” is no length of time that can stand here",
        "“{value}”不是这里可用的时长",
        "write a number with its unit, such as 90s, 15m, 36h or 7 days, not below {shortest}",
        "请写数字和单位，例如 90秒、15分钟、36小时、7天，不短于 {shortest}",
    ),
    "H316": Message(
        "“{value}” is no share",
        "“{value}”不是比例",
        "write a percentage from 0% to 100%, such as 10%",
        "请写 0% 到 100% 的百分数，例如 10%",
    ),
    "H320": Message("a secret cannot be fetched", "无法取得机密"),
    "H321": Message(
        "the environment variable of {reference} is not set",
        "{reference} 指向的环境变量没有设置",
        "set {name} before starting synchub",
        "请在启动 synchub 之前设置 {name}",
    ),
    "H322": Message(
        "the file of {reference} cannot be read",
        "无法读取 {reference} 指向的文件",
        "check the path, which starts in the hub folder, and its permissions",
        "请检查路径（从 hub 文件夹算起）和权限",
    ),
    "H323": Message(
        "{reference} cannot be fetched here",
        "这里无法取得 {reference}",
        "Prefect blocks are known inside flows; elsewhere use env or file",
        "Prefect 块只在流程中可用；其他地方请使用 env 或 file",
    ),
    "H324": Message(
        "the secret behind {reference} is empty", "{reference} 的内容是空的", "fill it", "请填写内容"
    ),
    "H325": Message(
        "there is no secret behind {reference}",
        "找不到 {reference}",
        "create it, or correct the name",
        "请先创建，或改正名称",
    ),
}

_HUB: dict[str, Message] = {
    "H340": Message(
        "the mapping files have {count} problem(s), so nothing is run",
        "映射文件有 {count} 个问题，因此没有运行",
        "`synchub check` explains each of them",
        "运行 `synchub check` 查看每个问题的说明",
    ),
    "H341": Message(
        "there is no mapping file in {folder}",
        "{folder} 中没有映射文件",
        "`synchub map suggest SYSTEM OBJECT --write` drafts one from the columns of a system; `synchub init` writes examples into an empty folder",
        "用 `synchub map suggest 系统 对象 --write` 根据系统的列起草，或用 `synchub init` 在空文件夹里生成示例",
    ),
    "H342": Message(
        "this hub has no system “{system}”", "没有名为“{system}”的系统", "systems: {known}", "系统：{known}"
    ),
    "H343": Message(
        "“{entity}” is not a kind of record here", "没有“{entity}”这种记录", "kinds: {known}", "可用：{known}"
    ),
    "H348": Message(
        "no {entity} is called “{key}”",
        "没有找到“{key}”（{entity}）",
        "give its id, its code or its whole name",
        "请填写编号、编码或完整名称",
    ),
    "H347": Message(
        "“{key}” may mean {count} records: {ids}",
        "“{key}”可能是 {count} 条记录：{ids}",
        "give the id of the one you mean; `synchub explain` tells them apart",
        "请写明所需记录的编号；用 `synchub explain` 区分",
    ),
    "H344": Message("there is no {entity} with the id {key}", "没有编号为 {key} 的 {entity}"),
    "H345": Message(
        "there is no field “{field}”", "没有“{field}”这个字段", "fields: {known}", "字段：{known}"
    ),
    "H351": Message(
        "there is no mapping version “{version}”, or several begin so",
        "没有映射版本“{version}”，或有多个版本以此开头",
        "versions: {known}",
        "已有版本：{known}",
    ),
    "H352": Message(
        "the hub has no mapping version in force yet: the first sync that is approved puts one into force",
        "中台还没有已启用的映射版本：首次批准的同步会自动启用",
        "run `synchub plan` and `synchub sync --approve PLAN`",
        "请运行 `synchub plan` 和 `synchub sync --approve 方案`",
    ),
    "H353": Message(
        "there is no mapping called “{name}”", "没有名为“{name}”的映射", "mappings: {known}", "映射：{known}"
    ),
    "H355": Message(
        "{system} has no object “{object}”{hint}",
        "{system} 里没有对象“{object}”{hint}",
        "objects: {known}",
        "可用的对象：{known}",
    ),
    "H356": Message(
        "the columns of {system} are not checked, since it cannot be asked: {reason}",
        "{system} 无法访问，它的列没有检查：{reason}",
        "{way_out}",
        "{way_out}",
    ),
    "H346": Message(
        "this is not the address of a database to copy to",
        "这不是可用的目标数据库地址",
        "for example sqlite:///new.sqlite or '{{url: postgresql://user@host/name, password: {{env: NAME}}}}'; a password is never written on the command line",
        "例如 sqlite:///new.sqlite 或 '{{url: postgresql://用户@主机/名称, password: {{env: 变量名}}}}'；命令行上不要写密码",
    ),
    "doctor.systems": Message("{count} systems, read without a problem", "{count} 个系统，读取正常"),
    "doctor.problems": Message("{count} problem(s)", "{count} 个问题"),
    "doctor.run_check": Message("run `synchub check`", "请运行 `synchub check`"),
    "doctor.sound": Message("sound", "正常"),
    "doctor.database": Message("database", "数据库"),
    "doctor.readable": Message("opens and answers; {runs} recent runs", "可以打开；最近 {runs} 次运行"),
    "doctor.refused": Message(
        "the computer refused: {detail} {file}",
        "系统拒绝了操作：{detail} {file}",
        "check free space on the disk, and that you may write into the hub folder",
        "请检查磁盘空间，以及您对中台文件夹的写入权限",
    ),
    "doctor.open_folder": Message(
        "others on this machine can look into it (mode {mode}), and it holds personal data",
        "本机其他用户可以查看（权限 {mode}），其中有个人数据",
    ),
    "doctor.open_file": Message(
        "others on this machine can read it (mode {mode}), and it holds personal data or a secret",
        "本机其他用户可以读取（权限 {mode}），其中有个人数据或机密",
    ),
    "doctor.private": Message("only its owner can look into it", "只有所有者可以查看"),
}

_WORDS: dict[str, Message] = {
    "setting.whole_number": Message("a whole number is needed", "应为整数"),
    "setting.number": Message("a number is needed", "应为数字"),
    "setting.yes_no": Message("yes or no is needed", "应为“是”或“否”"),
    "setting.one_of": Message("it must be one of {limit}", "只能是 {limit}"),
    "setting.more": Message("it must be more than {limit}", "必须大于 {limit}"),
    "setting.least": Message("it must be at least {limit}", "不能小于 {limit}"),
    "setting.less": Message("it must be less than {limit}", "必须小于 {limit}"),
    "setting.most": Message("it must be at most {limit}", "不能大于 {limit}"),
    "setting.filled": Message("it must not be empty", "不能为空"),
    "setting.text": Message("a text is needed", "应为一段文字"),
}

MESSAGES: dict[str, Message] = {**_PROBLEMS, **_HUB, **_WORDS}
