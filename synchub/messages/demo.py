"""What the demo says while it plays, and why an edit ended as it did."""

from synchub.messages import Message
from synchub.messages.demo_stories import STORIES

_REFUSALS: dict[str, Message] = {
    "demo.foreign_folder": Message(
        "{folder} was not made by the demo, so it is not replaced",
        "{folder} 不是演示生成的文件夹，因此不会被替换",
        "name another folder: synchub demo FOLDER",
        "请指定其他文件夹：synchub demo 文件夹",
    ),
    "demo.run_failed": Message(
        "the flow run of act {act} ended as {state}",
        "第 {act} 幕的流程运行结果为 {state}",
        "the run's own words are in {log}",
        "详细输出见 {log}",
    ),
    "cli.prefect_down": Message(
        "the Prefect server did not start; its last words: {tail}",
        "Prefect 服务没有启动；它最后的输出：{tail}",
        "look into {log}",
        "请查看 {log}",
    ),
}

_SCENES: dict[str, Message] = {
    "demo.opening": Message(
        "Three systems of a channel team in {folder}: a Salesforce org and a 金蝶云星辰 account set (sandboxes that answer over HTTP like the"
        " vendors' own) and a workbook. {accounts} accounts, {customers} customers, {rows} rows and {people} contacts, written by different people.",
        "在 {folder} 中准备了渠道团队的三个系统：Salesforce 和金蝶云星辰（沙箱，通过 HTTP 像厂商那样应答），以及一个 Excel 台账。"
        "共 {accounts} 个客户（Account）、{customers} 个金蝶客户、{rows} 行台账和 {people} 个联系人，由不同的人各自录入。",
    ),
    "demo.act.a": Message("a  The first contact, planned", "一、首次对接：先看方案"),
    "demo.act.b": Message("b  The first sync", "二、首次同步"),
    "demo.act.c": Message(
        "c  People go on working, in all three systems at once", "三、大家同时在三个系统里继续工作"
    ),
    "demo.act.d": Message(
        "d  The second sync, and what became of each edit", "四、再次同步，逐条说明每处修改的结果"
    ),
    "demo.act.e": Message("e  A sync with nothing to do", "五、没有变化时的同步"),
    "demo.act.f": Message("f  Everything read again and compared", "六、全部重新读取并核对"),
    "demo.plan_told": Message(
        "Nothing has been written yet. Plan {plan}: {cells} cells, {linked} records linked by code, registration number or name and region,"
        " {created} new to the hub, {review} left to a person. A person approves it now.",
        "目前还没有写入任何内容。方案 {plan}：写入 {cells} 个单元格，按编码、税号或“名称+区域”对上 {linked} 条，中台新增 {created} 条，"
        "留给人工 {review} 条。现在由人工批准。",
    ),
    "demo.examples": Message("Some of these cells:", "其中一些单元格："),
    "demo.flow_run": Message(
        "Prefect flow run {name}: {state}, {seconds} s", "Prefect 流程运行 {name}：{state}，{seconds} 秒"
    ),
    "demo.direct_run": Message("Sync: {state}, {seconds} s", "同步：{state}，{seconds} 秒"),
    "demo.state.done": Message("done", "完成"),
    "demo.state.attention": Message("done, with something left to people", "完成，有事项留给人工"),
    "demo.state.failed": Message("failed", "失败"),
    "demo.follow_up": Message(
        "Systems put defaults of their own into new records (a credit limit of 0, say). Another sync carries them on: {cells} cells.",
        "各系统会给新记录填入自己的默认值（例如信用额度 0）。再同步一次把它们带到其他系统：{cells} 个单元格。",
    ),
    "demo.waiting": Message(
        "Left to people: {conflicts} questions, {quarantined} records set aside. The rest of these records flows on.",
        "留给人工：{conflicts} 个问题，{quarantined} 条记录被搁置。这些记录的其他字段照常同步。",
    ),
    "demo.edits_made": Message(
        "{count} edits, made within seconds of each other:", "几秒之内的 {count} 处修改："
    ),
    "demo.read_again": Message(
        "{system} does not say when a record changed, so whatever was written there in the ten minutes before the last sync is read"
        " again in full, a request a record; on quieter days a handful of requests is all.",
        "{system} 的列表不提供修改时间，因此上次同步前十分钟内写入的记录会逐条重新读取；平时只需几次请求。",
    ),
    "demo.nothing_done": Message(
        "{writes} writes. Requests to find that out: {calls}.", "写入 {writes} 次。为此发出的请求：{calls}。"
    ),
    "demo.verified": Message(
        "{records} records read, {agreed} fields agree.", "读取 {records} 条记录，{agreed} 个字段一致。"
    ),
    "demo.differs": Message(
        "{count} differ, each for a reason that is listed:", "{count} 个不一致，原因逐一列出："
    ),
    "demo.check.passed": Message("✓ {sentence}", "✓ {sentence}"),
    "demo.check.failed": Message("✗ {sentence}: {detail}", "✗ {sentence}：{detail}"),
    "demo.check.plan_wrote_nothing": Message("planning wrote nothing anywhere", "生成方案时没有写入任何系统"),
    "demo.check.as_planned": Message(
        "the systems' own write logs equal the plan, cell by cell", "各系统自己的写入日志与方案逐个单元格一致"
    ),
    "demo.check.run_ended": Message("the run ended without a failure", "运行结束，没有故障"),
    "demo.check.troubles_found": Message(
        "every mistake laid out in the data was found", "数据里埋下的每个错误都被发现"
    ),
    "demo.check.no_twins": Message("no record was duplicated", "没有产生重复记录"),
    "demo.check.quiet_now": Message("after that, nothing is left to write", "之后没有剩余的写入"),
    "demo.check.by_hand": Message("people typed, the hub did not", "只有人在输入，中台没有写入"),
    "demo.check.every_fate": Message("the hub can account for every edit", "中台能说明每一处修改的去向"),
    "demo.check.no_writes": Message("0 writes, seen from the systems", "从各系统看，写入次数为 0"),
    "demo.check.explained": Message(
        "no difference without an open question or a declared reason", "每个不一致都有待决问题或已声明的原因"
    ),
    "demo.passed": Message(
        "All {count} checks of the six acts passed in {seconds} s.",
        "六幕共 {count} 项检查全部通过，用时 {seconds} 秒。",
    ),
    "demo.failed": Message("{failed} of {count} checks failed.", "{count} 项检查中有 {failed} 项未通过。"),
    "demo.next": Message("Where to look next", "接下来看看"),
    "demo.next.workbook": Message(
        "the workbook, after people and hub wrote into it", "台账：大家和中台都写过之后的样子"
    ),
    "demo.next.explain": Message(
        "where a value came from, and who lost", "一个值从哪里来、谁的修改没有被采用"
    ),
    "demo.next.conflicts": Message("what waits for a person", "等待人工决定的问题"),
    "demo.next.plan": Message(
        "edit something in the workbook, then look at the plan", "在台账里改点什么，再看方案"
    ),
    "demo.next.mappings": Message(
        "the mapping files and the rules, made to be read", "映射文件和规则，供业务人员阅读和修改"
    ),
    "demo.next.prefect": Message(
        "the runs in Prefect's UI: start its server with this command, then open {url}",
        "在 Prefect 界面查看运行记录：用下面的命令启动服务，然后打开 {url}",
    ),
    "demo.column.place": Message("where", "位置"),
    "demo.column.linked": Message("linked", "对上"),
    "demo.column.new": Message("new", "新增"),
    "demo.column.created": Message("created", "在此新建"),
    "demo.column.updated": Message("updated", "更新"),
    "demo.column.cells": Message("cells", "单元格"),
    "demo.column.held": Message("held", "待决"),
    "demo.column.set_aside": Message("aside", "搁置"),
    "demo.column.edit": Message("edit", "修改"),
    "demo.column.fate": Message("became", "结果"),
    "demo.column.why": Message("why, and where it went", "原因，以及写到了哪里"),
    "demo.column.reason": Message("reason", "原因"),
    "demo.column.record": Message("record", "记录"),
    "demo.column.difference": Message("system / hub", "系统 / 中台"),
    "demo.edit": Message("{system}: {subject} = {typed}", "{system}：{subject} = {typed}"),
    "demo.new_edit": Message("{system}: new record {subject}", "{system}：新建 {subject}"),
    "demo.reached": Message("{why} → {systems}", "{why} → {systems}"),
}

MESSAGES: dict[str, Message] = {**_REFUSALS, **_SCENES, **STORIES}
