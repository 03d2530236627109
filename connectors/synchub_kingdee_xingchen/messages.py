"""What this connector says to people (codes KX…)."""

from __future__ import annotations

from synchub.sdk import Message

MESSAGES: dict[str, Message] = {
    "KX101": Message(
        "{system}: Kingdee refuses the signature of our requests",
        "{system}：金蝶拒绝了请求签名",
        "compare client_id and client_secret with the application's page on open.jdy.com",
        "请在 open.jdy.com 的应用页面核对 client_id 和 client_secret",
    ),
    "KX102": Message(
        "{system}: Kingdee says the time of our requests is off; more than five minutes are not accepted",
        "{system}：金蝶认为请求时间不准，误差不能超过五分钟",
        "set this computer's clock by the network and try again",
        "请让这台电脑自动校准时间后重试",
    ),
    "KX103": Message(
        "{system}: the account set {instance} is not authorised for this application (status {status})",
        "{system}：账套 {instance} 没有授权给这个应用（状态 {status}）",
        "ask the account set's administrator to authorise the application again",
        "请联系账套管理员重新授权该应用",
    ),
    "KX104": Message(
        "{system}: Kingdee did not give a login: {detail}",
        "{system}：金蝶没有返回登录凭证：{detail}",
        "check client_id, client_secret and outer_instance_id in hub.yaml",
        "请检查 hub.yaml 中的 client_id、client_secret 和 outer_instance_id",
    ),
    "KX105": Message(
        "{system}: the login token is refused although it is fresh",
        "{system}：刚取得的登录凭证也被拒绝",
        "the application's secret may have just been changed; try again in a few minutes",
        "应用密钥可能刚被更换，请几分钟后重试",
    ),
    "KX110": Message(
        "Kingdee refuses this record: {detail} ({errcode})",
        "金蝶拒绝了这条记录：{detail}（{errcode}）",
        "correct the record as Kingdee asks; it is tried again by itself",
        "请按金蝶的提示修改这条记录，之后会自动重试",
    ),
    "KX111": Message(
        "the code {number} is already used in Kingdee by the record {id}, which holds other values",
        "编码 {number} 在金蝶中已被记录 {id} 使用，而且内容不同",
        "decide whether both are the same, then link them, or give one of them another code",
        "请确认两者是否为同一条：是则关联，否则更换其中一个编码",
    ),
    "KX112": Message(
        "a new record needs a code ({column}): without one a lost answer could leave it there twice",
        "新建记录必须带编码（{column}），否则一旦应答丢失就可能重复",
        "map a field to {column} and let the model generate it",
        "请把一个字段映射到 {column}，并在模型中设置自动编码",
    ),
    "KX113": Message(
        "“{value}” is not known in Kingdee as {label}",
        "金蝶中没有名为“{value}”的{label}",
        "create it in Kingdee, or correct the value",
        "请先在金蝶中新建，或改正这个值",
    ),
    "KX114": Message(
        "{count} entries in Kingdee are called “{value}” ({label}); a name cannot tell which is meant",
        "金蝶中有 {count} 个“{value}”（{label}），仅凭名称无法确定是哪一个",
        "map the id or the code instead of the name",
        "请改为映射它的 ID 或编码",
    ),
    "KX115": Message(
        "Kingdee does not take {column} in a save",
        "金蝶保存接口不接受 {column}",
        "map this field to be read only",
        "请把这个字段的流向设为只读入",
    ),
    "KX116": Message(
        "{column} of this record cannot be decrypted, and a save without it might clear it",
        "这条记录的 {column} 无法解密，不带它保存可能会把它清空",
        "check client_secret; if you have made sure that a save keeps what is left out, set save: changed",
        "请检查 client_secret；如已确认保存时未传的字段会保留，可设置 save: changed",
    ),
    "KX117": Message(
        "{value} is not a value for {column}",
        "{value} 不能用作 {column} 的值",
        "correct the mapping of this field",
        "请检查这个字段的映射",
    ),
    "KX118": Message(
        "sales orders are not written to Kingdee: the setting write_orders does not allow it",
        "没有向金蝶写入销售订单：设置 write_orders 不允许",
        "see on one bill of your account set that a save keeps prepayments, fees and attachments, then set write_orders: yes",
        "请先在账套里用一张单据确认保存后预收款、费用和附件仍在，再设置 write_orders: yes",
    ),
    "KX119": Message(
        "Kingdee took the deletion of {id} and still has the record",
        "金蝶接受了删除 {id} 的请求，但记录仍在",
        "delete it in Kingdee by hand: it may be in use, or audited",
        "请在金蝶中手工删除：它可能已被使用或已审核",
    ),
    "KX120": Message(
        "{column} came encrypted or masked and cannot be read",
        "{column} 是加密或打码的内容，无法读取",
        "check that client_secret is the one of the application that is authorised",
        "请确认 client_secret 属于已授权的应用",
    ),
    "KX121": Message(
        "{column} does not hold what Kingdee documents for it",
        "{column} 的内容与金蝶文档不符",
        "report this to the makers of the connector",
        "请反馈给连接器的维护者",
    ),
    "KX130": Message(
        "{system}: the list of {object} announced {expected} rows and gave {found}; rows would be missing",
        "{system}：{object} 列表应有 {expected} 行，实际只有 {found} 行，会漏数据",
        "run it again when nobody imports data; if it stays, report it to Kingdee",
        "请避开批量导入时重试；若一直如此，请反馈给金蝶",
    ),
    "KX131": Message(
        "the details of this record cannot be read: {detail}",
        "无法读取这条记录的详情：{detail}",
        "open it in Kingdee and save it once; it is read again by itself",
        "请在金蝶中打开并保存一次，之后会自动重新读取",
    ),
    "KX132": Message(
        "{system}: Kingdee reports an error of its own: {detail}",
        "{system}：金蝶报告系统错误：{detail}",
        "try again later; if it stays, ask in Kingdee's developer community",
        "请稍后重试；若一直如此，请到金蝶开发者社区提单",
    ),
    "kingdee_xingchen.checked": Message(
        "account set at {domain}, {count} customers",
        "账套位于 {domain}，客户 {count} 个",
    ),
    "kingdee_xingchen.custom_fields_unknown": Message(
        "custom fields could not be asked for: {detail}",
        "无法获取自定义字段：{detail}",
    ),
}
