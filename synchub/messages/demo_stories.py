"""What became of an edit, in a word and in a sentence."""

from synchub.messages import Message

STORIES: dict[str, Message] = {
    "demo.story.disjoint": Message(
        "One record, three systems, a different field in each", "同一条记录，三个系统各改一个字段"
    ),
    "demo.story.group": Message("Province and city move together", "省份和城市一起变动"),
    "demo.story.same": Message("Two people say the same", "两个人改成了同一个值"),
    "demo.story.newest": Message("One telephone, two new numbers", "同一个电话，两个新号码"),
    "demo.story.priority": Message("One region, two opinions", "同一个区域，两种说法"),
    "demo.story.review": Message(
        "A status that two systems end and a third one empties", "两个系统改为停用，另一个系统清空了状态"
    ),
    "demo.story.owner": Message(
        "A field with an owner, in a column that shows less of it", "有归属的字段，以及只显示一部分的列"
    ),
    "demo.story.contact": Message(
        "One contact, in a table here and in a row of the customer there",
        "同一个联系人：一边是独立的表，一边是客户里的一行",
    ),
    "demo.story.employee": Message("One of our own people", "本公司员工"),
    "demo.story.new": Message("A new partner in each system", "三个系统各来了一个新渠道"),
    "demo.story.mended": Message("An old mistake is mended", "改正了以前的错误"),
    "demo.story.mistakes": Message("New mistakes", "新的错误"),
    "demo.story.writing": Message("Written differently, meant the same", "写法不同，含义相同"),
    "demo.fate.taken": Message("taken over", "已采纳"),
    "demo.fate.won": Message("won", "胜出"),
    "demo.fate.lost": Message("lost", "未采用"),
    "demo.fate.refused": Message("taken back", "已改回"),
    "demo.fate.held": Message("a person decides", "待人工决定"),
    "demo.fate.set_aside": Message("set aside", "已搁置"),
    "demo.fate.created": Message("new record", "新记录"),
    "demo.fate.settled": Message("question settled", "问题已解决"),
    "demo.fate.nothing": Message("no change", "无变化"),
    "demo.fate.unknown": Message("UNKNOWN", "不明"),
    "demo.why.taken": Message("no other system said otherwise", "没有其他系统持不同意见"),
    "demo.why.taken_held": Message(
        "the hub follows; what {systems} says otherwise waits for a person",
        "中台采用；{systems} 的不同意见等待人工决定",
    ),
    "demo.why.won": Message("{losers} changed it too; {policy}", "{losers} 也改了它；{policy}"),
    "demo.why.lost": Message("{winner} changed it too; {policy}", "{winner} 也改了它；{policy}"),
    "demo.why.refused": Message("only {owner} may change “{field}”", "只有 {owner} 可以修改“{field}”"),
    "demo.why.settled": Message("“{field}” says the same everywhere again", "“{field}”在各处重新一致"),
    "demo.why.nothing": Message("it means what the hub holds already", "含义与中台已有的值相同"),
    "demo.why.created": Message("nobody knew this {entity}", "各系统中都没有这条{entity}"),
    "demo.why.generated": Message("{field} made by the hub: {value}", "中台生成{field}：{value}"),
    "demo.why.unknown": Message("no trace of it in the hub", "中台里没有它的痕迹"),
    "demo.policy.priority": Message("order: {order}", "优先顺序：{order}"),
    "demo.policy.newest": Message(
        "the newest wins ({margin} s count as simultaneous)", "以最新为准（{margin} 秒内视为同时）"
    ),
    "demo.policy.max": Message("the largest wins", "取最大值"),
    "demo.policy.min": Message("the smallest wins", "取最小值"),
    "demo.policy.union": Message("all of them together", "合并各方"),
    "demo.policy.most_complete": Message("the most complete wins", "取最完整的"),
    "demo.policy.review": Message("a person decides", "由人工决定"),
    "demo.why_differs.held": Message("a question is open", "有待决问题"),
    "demo.why_differs.waiting": Message("waits for another record", "等待另一条记录"),
    "demo.why_differs.read_only": Message("the hub may only read this column", "中台对这一列只读"),
    "demo.why_differs.default": Message(
        "the system's own default, set by nobody", "系统自己的默认值，没有人填写过"
    ),
    "demo.why_differs.untouched": Message(
        "left as it stood: the hub only writes this column and has nothing for it",
        "原样保留：该列只由中台写出，而中台没有值",
    ),
    "demo.why_counted": Message("{count} × {why}", "{count} 处：{why}"),
    "demo.why_differs.lossy": Message("the column keeps less, as its mapping says", "该列按映射只保留一部分"),
    "demo.why_differs.set_aside": Message("the system refused the record", "系统拒收该记录"),
    "demo.why_differs.pending": Message("the next sync will see to it", "下次同步处理"),
}
