"""What this connector says to people (codes TR…)."""

from __future__ import annotations

from synchub.sdk import Message

MESSAGES: dict[str, Message] = {
    "TR101": Message(
        "{system}: Tryton does not know a model, field or method we asked for: {detail}",
        "{system}：Tryton 不认识所请求的模型、字段或方法：{detail}",
        "run `synchub check`; the module may not be activated, or the name in the mapping file is wrong",
        "请运行 `synchub check`；可能是模块没有启用，或映射文件中的名称有误",
    ),
    "TR102": Message(
        "Tryton refuses this: {detail}",
        "Tryton 拒绝了这个操作：{detail}",
        "correct the record as Tryton asks; it is tried again by itself",
        "请按 Tryton 的提示修改记录，之后会自动重试",
    ),
    "TR103": Message(
        "Tryton asks a person to confirm: {detail}",
        "Tryton 要求人工确认：{detail}",
        "make the change in Tryton and confirm it there, or correct the value",
        "请在 Tryton 中手工修改并确认，或改正这个值",
    ),
    "TR104": Message(
        "the column {column} takes {expected}, and “{value}” is none",
        "{column} 列需要{expected_zh}，“{value}”不是",
        "correct the value, or the format of this field in the mapping file",
        "请改正该值，或修改映射文件中该字段的格式",
    ),
    "TR105": Message(
        "{system}: Tryton takes no more logins of our user for now, because too many were refused",
        "{system}：登录失败次数过多，Tryton 暂时不接受我们的账号登录",
        "correct the password in hub.yaml (or where it refers to), wait some minutes, then run `synchub doctor`",
        "请在 hub.yaml（或它引用的位置）改正密码，等几分钟后运行 `synchub doctor`",
    ),
    "TR106": Message(
        "{system}: the Tryton server does not serve this database",
        "{system}：Tryton 服务器没有提供这个数据库",
        "check the setting database; every database has to be named when the server is started (trytond -d NAME)",
        "请检查设置 database；启动服务器时必须列出每个数据库（trytond -d 名称）",
    ),
    "TR107": Message(
        "{system}: the call is larger than the Tryton server takes",
        "{system}：请求超过了 Tryton 服务器允许的大小",
        "raise max_size in the server's configuration",
        "请在服务器配置中调大 max_size",
    ),
    "TR108": Message(
        "{system}: our Tryton user needs more than a password to log in",
        "{system}：我们的 Tryton 账号登录时除密码外还需要其他验证",
        "give the integration user a login by password alone (session.authentications)",
        "请让集成账号只用密码登录（session.authentications）",
    ),
    "TR110": Message(
        "{column} cannot be written",
        "{column} 不能写入",
        "set the flow of this field to hub_reads",
        "请把这个字段的流向设为只读入",
    ),
    "TR111": Message(
        "“{key}” is already the {column} of the record {id} in Tryton, which holds other values",
        "Tryton 中的记录 {id} 已经使用 {column}“{key}”，而且内容不同",
        "decide whether both are the same: then link them, or give one of them another {column}",
        "请确认两者是否为同一条：是则关联，否则更换其中一个的 {column}",
    ),
    "TR112": Message(
        "a new {object} needs a {column}: without one a lost answer could leave it there twice",
        "新建 {object} 必须带 {column}，否则一旦应答丢失就可能重复",
        "map a field to {column} and let the model generate it, or name a hub_id column",
        "请把一个字段映射到 {column} 并在模型中设置自动编码，或指定编号列",
    ),
    "TR113": Message(
        "“{value}” is not known in Tryton as {label}",
        "Tryton 中没有名为“{value}”的{label}",
        "create it in Tryton, or correct the value",
        "请先在 Tryton 中新建，或改正这个值",
    ),
    "TR114": Message(
        "{count} entries in Tryton are “{value}” ({label}); that cannot tell which is meant",
        "Tryton 中有 {count} 个“{value}”（{label}），无法确定是哪一个",
        "map the id or a unique code instead",
        "请改为映射 ID 或唯一的编码",
    ),
    "TR115": Message(
        "another record of this batch carries the same {column}",
        "同一批中另有记录使用相同的 {column}",
        "nothing to do: the other one is written first, this one in the next run",
        "无需处理：先写入另一条，下次运行写入这一条",
    ),
    "TR116": Message(
        "a line of {column} is not in this record any more",
        "{column} 中有一行已不在这条记录里",
        "nothing to do: the record is read and merged again",
        "无需处理：会重新读取并合并",
    ),
    "tryton.checked": Message(
        "database {database}, company {company}, Tryton {version}",
        "数据库 {database}，公司 {company}，Tryton {version}",
    ),
    "tryton.no_log": Message(
        "our user is no administrator and may not read Tryton's log of changes: an address or number that is removed outright is noticed by a"
        " complete read only",
        "我们的账号不是管理员，不能读取 Tryton 的变更日志：直接删除的地址或号码只有在完整读取时才能发现",
    ),
}
