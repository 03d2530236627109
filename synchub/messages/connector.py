"""What every connector may have to say (codes C1xx); connectors add their own areas."""

from synchub.messages import Message

MESSAGES: dict[str, Message] = {
    "C101": Message(
        "{system} cannot be reached: {detail}",
        "无法连接 {system}：{detail}",
        "check the address and the network; if the system is down, the next run goes on where this one stopped",
        "请检查地址和网络；如果对方系统停机，下次运行会从断点继续",
    ),
    "C102": Message(
        "{system} did not answer within {seconds} seconds",
        "{system} 在 {seconds} 秒内没有应答",
        "try again later; nothing was lost",
        "请稍后重试，数据没有丢失",
    ),
    "C103": Message(
        "{system} asks us to slow down",
        "{system} 要求放慢访问速度",
        "nothing to do: the next run goes on; run less often if this stays",
        "无需处理，下次运行会继续；如果经常出现，请降低同步频率",
    ),
    "C104": Message(
        "today's calls to {system} are used up: {detail}",
        "{system} 今天的调用次数已用完：{detail}",
        "wait until the quota is reset, or ask the administrator of {system} for a higher one",
        "请等待额度重置，或请 {system} 管理员提高额度",
    ),
    "C105": Message(
        "{system} refuses our credentials: {detail}",
        "{system} 拒绝了我们的登录凭据：{detail}",
        "correct the credentials of {system} in hub.yaml (or where it refers to), then run `synchub doctor`",
        "请在 hub.yaml（或它引用的位置）改正 {system} 的凭据，然后运行 `synchub doctor`",
    ),
    "C106": Message(
        "{system} refuses the login it has just given us",
        "{system} 刚发放的登录令牌又被拒绝",
        "check that the integration user of {system} is active and may use the API",
        "请确认 {system} 的集成账号有效，并且允许使用接口",
    ),
    "C107": Message(
        "{system} gave no usable answer to a write, so it may or may not have been done",
        "{system} 对写入没有给出可用的应答，无法确定是否已写入",
        "nothing to do: the record is read again before anything is repeated",
        "无需处理：重复之前会先重新读取该记录",
    ),
    "C108": Message(
        "{system} gave an answer that is not understood: {detail}",
        "{system} 的应答无法理解：{detail}",
        "check that the address belongs to {system} and no proxy or login page stands between; otherwise report it",
        "请确认地址属于 {system}，并且中间没有代理或登录页；否则请反馈给我们",
    ),
    "C109": Message(
        "{system} has an internal error (HTTP {status})",
        "{system} 内部出错（HTTP {status}）",
        "try again later; if it stays, tell the administrator of {system}",
        "请稍后重试；如果一直出现，请联系 {system} 管理员",
    ),
    "C110": Message(
        "{system} refuses the data: {detail}",
        "{system} 拒绝了数据：{detail}",
        "correct the record, or the mapping that produced it",
        "请修改该记录，或修改产生该值的映射",
    ),
    "C111": Message("{system} does not have it: {detail}", "{system} 中不存在：{detail}"),
    "C112": Message(
        "the record changed in {system} after it was read",
        "记录在读取之后又被 {system} 修改",
        "nothing to do: it is read and merged again",
        "无需处理：会重新读取并合并",
    ),
    "C113": Message(
        "{system} sends the same page again and again",
        "{system} 反复返回同一页",
        "try again later; if it stays, report it",
        "请稍后重试；如果一直出现，请反馈",
    ),
    "C114": Message(
        "{system} announced {expected} rows and delivered {found}",
        "{system} 声明有 {expected} 行，实际返回 {found} 行",
        "try again: rows may have been added or removed meanwhile",
        "请重试：期间可能有记录增减",
    ),
    "C115": Message(
        "the certificate of {system} cannot be trusted: {detail}",
        "{system} 的证书不可信：{detail}",
        "if your company uses its own certificates, write “ca_file: FILE” at {system} in hub.yaml, or set REQUESTS_CA_BUNDLE; verification cannot be switched off",
        "如果公司使用自己的证书，请在 hub.yaml 的 {system} 下写“证书文件: 文件”，或设置 REQUESTS_CA_BUNDLE；证书验证不能关闭",
    ),
    "C116": Message(
        "{system} does not permit this to our user: {detail}",
        "{system} 不允许我们的账号这样做：{detail}",
        "ask the administrator of {system} for the permission",
        "请向 {system} 管理员申请权限",
    ),
    "C134": Message(
        "{system} cannot delete records through the hub (asked for {external_id})",
        "{system} 不支持由中台删除记录（{external_id}）",
        "delete it there by hand, and take “delete_there” out of the mapping; “on_delete: {{archive: …}}” marks records instead",
        "请在该系统中手工删除，并从映射中去掉“在此删除”；“删除时: {{归档: …}}”可改为做标记",
    ),
    "C131": Message(
        "{system} is not asked over plain http, which anybody on the way can read: {host}",
        "不会通过明文 http 访问 {system}，途中任何人都能读取内容：{host}",
        "write an address that begins with https:// (plain http is for this machine alone)",
        "请填写以 https:// 开头的地址（明文 http 只能用于本机）",
    ),
    "C117": Message(
        "the setting “{setting}” of {system} is missing",
        "{system} 缺少设置“{setting}”",
        "add it to {system} in hub.yaml",
        "请在 hub.yaml 的 {system} 中补上",
    ),
    "C118": Message(
        "{system} has no column “{column}” in {object}",
        "{system} 的 {object} 中没有“{column}”列",
        "run `synchub check`; the column was renamed or our user may not see it",
        "请运行 `synchub check`；该列可能已改名，或我们的账号看不到它",
    ),
    "C119": Message(
        "{system} has no object “{object}”",
        "{system} 中没有“{object}”",
        "run `synchub check`; the name is wrong or our user may not see it",
        "请运行 `synchub check`；名称有误，或我们的账号看不到它",
    ),
    "C120": Message(
        "the connector of {system} has made a mistake ({kind} in {place})",
        "{system} 的连接器内部出错（{kind}，位于 {place}）",
        "please report it to those who made the connector; the other systems are synced meanwhile, and this one at the next run",
        "请反馈给连接器的作者；其他系统照常同步，该系统在下次同步时重试",
    ),
}
