"""What this connector says to people (codes SF…)."""

from __future__ import annotations

from synchub.sdk import Message

MESSAGES: dict[str, Message] = {
    "SF101": Message(
        "Salesforce does not know the object or field asked of {system}: {detail}",
        "{system}：Salesforce 不认识所请求的对象或字段：{detail}",
        "run `synchub check`; the field was renamed, or field-level security hides it from the integration user",
        "请运行 `synchub check`；字段可能已改名，或集成账号没有该字段的权限",
    ),
    "SF102": Message(
        "Salesforce refuses the value: {detail} ({error_code})",
        "Salesforce 拒绝了这个值：{detail}（{error_code}）",
        "correct the record as Salesforce asks; it is tried again by itself",
        "请按 Salesforce 的提示修改记录，之后会自动重试",
    ),
    "SF103": Message(
        "the column {column} takes {expected}, and “{value}” is none",
        "{column} 列需要{expected_zh}，“{value}”不是",
        "correct the value, or the transform of this field in the mapping file",
        "请改正该值，或修改映射文件中该字段的转换",
    ),
    "SF104": Message(
        "the record is being changed by somebody else in Salesforce at this moment",
        "此刻 Salesforce 中有人正在修改这条记录",
        "nothing to do: it is tried again in the next run",
        "无需处理：下次运行会重试",
    ),
    "SF105": Message(
        "{system} has used {used} of {most} calls in 24 hours; the rest is kept for people",
        "{system} 24 小时内已使用 {used}/{most} 次调用，剩余额度留给业务人员",
        "wait, ask for more calls, or lower reserve_percent in hub.yaml",
        "请等待、申请更多额度，或在 hub.yaml 中调低 reserve_percent",
    ),
    "SF106": Message(
        "Salesforce holds a possible duplicate of this record: {detail}",
        "Salesforce 中可能已有相同的记录：{detail}",
        "decide in Salesforce whether both are the same; then link them or change the duplicate rule",
        "请在 Salesforce 中确认是否为同一条，然后关联或调整查重规则",
    ),
    "SF107": Message(
        "another record of this batch carries the same {column}",
        "同一批中另有记录使用相同的 {column}",
        "nothing to do: the other one is written first, this one in the next run",
        "无需处理：先写入另一条，下次运行写入这一条",
    ),
    "SF108": Message(
        "the record is not in Salesforce any more: {detail}",
        "该记录在 Salesforce 中已不存在：{detail}",
    ),
    "SF109": Message(
        "{system} has no access to the API: {detail}",
        "{system} 没有接口权限：{detail}",
        "ask the Salesforce administrator to enable the API for the integration user",
        "请 Salesforce 管理员为集成账号开通 API 权限",
    ),
}
