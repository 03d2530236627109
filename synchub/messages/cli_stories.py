"""Sentences about what happened to a value, for people who own the data."""

from synchub.messages import Message

STORIES: dict[str, Message] = {
    "cause.edit": Message("from {system}, {at}", "来自 {system}，{at}"),
    "cause.conflict": Message("{system} won over {losers}", "{system} 优先于 {losers}"),
    "cause.generated": Message("code made by the hub", "中台生成的编码"),
    "cause.decided": Message("decided in the hub", "中台中的决定"),
    "cause.identity": Message("the hub's id for the row", "中台写入的行标识"),
    "cause.create": Message("id of the new record", "新记录的标识"),
    "cause.on_create": Message("fixed value of new records", "新记录的固定值"),
    "cause.rows": Message("rows of the list", "列表行"),
    "cause.deleted": Message("deleted in another system", "已在其他系统删除"),
    "cause.unknown": Message("as the hub holds it", "与中台一致"),
    "because.edit": Message(
        "because it was changed in {system} ({record}) on {at}", "因为 {system}（{record}）于 {at} 修改了它"
    ),
    "because.conflict": Message("because {system} won over {losers}", "因为 {system} 优先于 {losers}"),
    "because.generated": Message("because the hub made this code", "因为这是中台生成的编码"),
    "because.decided": Message("because it was decided in the hub", "因为中台中作出了决定"),
    "because.identity": Message("so that the row has an id of its own", "用于标识这一行"),
    "because.create": Message("as the id of the new record", "作为新记录的标识"),
    "because.on_create": Message("as the mapping says for new records", "映射规定的新记录固定值"),
    "because.rows": Message("with the rows of its list", "随列表行一起写入"),
    "because.unknown": Message("as the hub holds it", "与中台一致"),
    "history.head": Message("{at} · {place} · run {run}", "{at} · {place} · 运行 {run}"),
    "history.hub": Message("in the hub", "中台"),
    "history.there": Message("in {system}, {object}", "{system} {object}"),
    "history.created": Message(
        "The golden record was made from {system} ({record}): {fields}.",
        "根据 {system}（{record}）建立主数据：{fields}。",
    ),
    "history.created_there": Message(
        "Created in {system} {object} as {record}, with {fields}.",
        "在 {system} {object} 中新建（{record}）：{fields}。",
    ),
    "history.filled": Message(
        "{field} became {after}; it was empty before. It came from {system} ({record}).",
        "{field} 填入 {after}，来自 {system}（{record}）；原来为空。",
    ),
    "history.edit": Message(
        "{field} became {after}; it was {before}. Somebody changed it in {system} ({record}).",
        "{field} 由 {before} 改为 {after}；{system}（{record}）中有人修改了它。",
    ),
    "history.emptied": Message(
        "{field} was emptied; it was {before}. Somebody emptied it in {system} ({record}).",
        "{field} 被清空，原来是 {before}；{system}（{record}）中有人清空了它。",
    ),
    "history.won": Message(
        "{field} was changed in several systems at once. {after} from {system} ({record}) stands; beaten: {losers}.",
        "{field} 在多个系统中同时被修改。采用 {system}（{record}）的 {after}；未采用：{losers}。",
    ),
    "history.lost": Message(
        "{field} was changed in several systems at once. {after} stands; beaten: {losers}.",
        "{field} 在多个系统中同时被修改。采用 {after}；未采用：{losers}。",
    ),
    "history.owner": Message(
        "{system} set {field} to {value}, but only {owner} may change it: {after} stands and goes back to {system}.",
        "{system} 把 {field} 改成 {value}，但只有 {owner} 可以修改它：保持 {after}，并写回 {system}。",
    ),
    "history.hub_writes": Message(
        "{system} set {field} to {value}, but nothing is taken from there: {after} stands and goes back to {system}.",
        "{system} 把 {field} 改成 {value}，但映射规定不从这里采用：保持 {after}，并写回 {system}。",
    ),
    "history.generated": Message(
        "The hub made the {field} {after}, because {for} needs one.",
        "中台生成了 {field} {after}，因为 {for} 需要它。",
    ),
    "history.other": Message(
        "{field} became {after}; it was {before}.", "{field} 由 {before} 改为 {after}。"
    ),
    "history.loser": Message("{value} from {system}", "{system} 的 {value}"),
    "history.written": Message(
        "{field} ({column}) was written: {before} → {after}, {because}.",
        "写入 {field}（{column}）：{before} → {after}，{because}。",
    ),
    "history.written_new": Message(
        "{field} ({column}) was written as {after} when the record was created, {because}.",
        "新建记录时写入 {field}（{column}）：{after}，{because}。",
    ),
    "history.stored": Message(" {system} stored it as {stored}.", "{system} 保存为 {stored}。"),
    "explain.title": Message("{entity} {title} ({id})", "{entity} {title}（{id}）"),
    "explain.links": Message("Records: {links}", "对应记录：{links}"),
    "explain.field": Message("{field}: {value}", "{field}：{value}"),
    "explain.from": Message("{system} {object} ({record}), {at}", "{system} {object}（{record}），{at}"),
    "explain.generated": Message("made by the hub, {at}", "中台生成，{at}"),
    "explain.decided": Message("decided in the hub, {at}", "中台中的决定，{at}"),
    "explain.no_origin": Message("nobody has given a value yet", "还没有系统提供过值"),
    "explain.and_beat": Message("{origin}; over {systems}", "{origin}；优先于 {systems}"),
    "explain.beat": Message(
        "It beat {value} from {system} ({record}), {at}.", "未采用 {system}（{record}）的 {value}，{at}。"
    ),
    "explain.source": Message("{system}, {at}", "{system}，{at}"),
    "explain.all_agree": Message("{count} systems agree", "{count} 个系统一致"),
    "explain.agree": Message("in agreement: {systems}", "{systems} 一致"),
    "explain.nobody": Message("No system holds this field.", "没有系统保存这个字段。"),
    "explain.history": Message("What happened", "变化过程"),
    "holder.agrees": Message("agrees", "一致"),
    "holder.pending": Message("to be written", "待写入"),
    "holder.read_only": Message(
        "holds something else; the hub only reads it there", "与中台不同；中台在这里只读不写"
    ),
    "holder.held": Message("held: a person must decide", "保留，待人工决定"),
    "holder.waiting": Message("waits for a reference", "等待引用的记录"),
    "conflict.match": Message("Who is who", "匹配"),
    "conflict.field": Message("Field", "字段"),
    "conflict.rule": Message("Rule", "规则"),
    "conflict.value": Message("Value", "值"),
    "conflict.delete": Message("Deletion", "删除"),
    "conflicts.candidate": Message("possible: {title} ({id})", "可能是：{title}（{id}）"),
    "conflicts.image": Message("it says: {values}", "内容：{values}"),
    "conflicts.total": Message("{count} conflict(s).", "共 {count} 个冲突。"),
    "conflicts.none": Message("No conflicts.", "没有冲突。"),
    "stage.pull": Message("when reading", "读取时"),
    "stage.push": Message("when writing", "写入时"),
    "stage.delete": Message("when deleting; asked again with every sync", "删除时；每次同步都会再试"),
    "quarantine.since": Message(
        "since {at}, seen {attempts} time(s), run {run}", "自 {at} 起，出现 {attempts} 次，运行 {run}"
    ),
    "quarantine.total": Message("{count} record(s) set aside.", "共搁置 {count} 条记录。"),
    "quarantine.none": Message("Nothing is set aside.", "没有被搁置的记录。"),
}
