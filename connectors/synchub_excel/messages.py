"""What the excel connector says: XL1xx files, XL2xx sheets and headers, XL3xx cells and rows read, XL4xx writes, XL5xx files that cannot be written now."""

from synchub.sdk import Message

MESSAGES: dict[str, Message] = {
    "XL100": Message(
        "{file}: {sheets} worksheets ({names}), {size} KB",
        "{file}：{sheets} 个工作表（{names}），{size} KB",
    ),
    "XL101": Message(
        "the workbook {file} is not there",
        "找不到工作簿 {file}",
        "check the path in hub.yaml, and that the shared folder is connected",
        "请检查 hub.yaml 里的路径，以及共享文件夹是否已连接",
    ),
    "XL102": Message(
        "{file} is being written right now",
        "{file} 正在被写入",
        "it is read again at the next run; if it stays so, see which program keeps saving it",
        "下次运行会再读；如果一直这样，请查看是哪个程序在不停保存它",
    ),
    "XL103": Message(
        "{file} may not be read: {detail}",
        "没有权限读取 {file}：{detail}",
        "give the account that runs synchub the right to read the file",
        "请给运行 synchub 的账号读取该文件的权限",
    ),
    "XL104": Message(
        "{file} cannot be read: {detail}",
        "无法读取 {file}：{detail}",
        "check that the path in hub.yaml names a workbook, and that its disk or shared folder answers",
        "请检查 hub.yaml 里的路径是否指向工作簿，以及磁盘或共享文件夹是否正常",
    ),
    "XL105": Message(
        "{file} is protected by a password",
        "{file} 设置了打开密码",
        "open it in Excel and remove the password (File, Info, Protect Workbook)",
        "请在 Excel 里打开它并取消密码（文件 → 信息 → 保护工作簿）",
    ),
    "XL106": Message(
        "{file} is an old or other Excel format, not .xlsx",
        "{file} 是旧的或其他 Excel 格式，不是 .xlsx",
        "open it in Excel and save it as “Excel Workbook (.xlsx)”",
        "请在 Excel 里打开，另存为“Excel 工作簿 (.xlsx)”",
    ),
    "XL107": Message(
        "{file} is not a workbook, or it is damaged",
        "{file} 不是工作簿，或者已经损坏",
        "open it in Excel, let it repair the file and save it; or put back an earlier version",
        "请用 Excel 打开，让它修复并保存；或者换回以前的版本",
    ),
    "XL108": Message(
        "{file} would unpack to more than {limit} MB; it is not opened",
        "{file} 解压后超过 {limit} MB，不打开",
        "remove what is not needed from the workbook, or raise max_unpacked_mb in hub.yaml",
        "请删去工作簿里不需要的内容，或在 hub.yaml 里调大 max_unpacked_mb",
    ),
    "XL109": Message(
        "{file}: the part {part} is written in a way that cannot be read safely",
        "{file}：其中的 {part} 写法特殊，无法安全读取",
        "open it in Excel and save it once",
        "请用 Excel 打开并保存一次",
    ),
    "XL110": Message(
        "{file} is empty (0 bytes)", "{file} 是空文件（0 字节）", "put the workbook back", "请放回工作簿"
    ),
    "XL201": Message(
        "{file} has no worksheet “{sheet}”; there are: {known}",
        "{file} 里没有工作表“{sheet}”；现有：{known}",
        "rename the worksheet back, or change the object in the mapping file",
        "请把工作表改回原名，或修改映射文件里的对象",
    ),
    "XL202": Message(
        "{file}, worksheet “{sheet}”: row {row} has no headers",
        "{file} 的工作表“{sheet}”：第 {row} 行没有表头",
        "set header_row in the mapping file to the row of the headers",
        "请在映射文件里把表头行设为表头所在的行",
    ),
    "XL203": Message(
        "{file}, worksheet “{sheet}”: no column “{column}” in row {row}; the nearest is “{nearest}”",
        "{file} 的工作表“{sheet}”：第 {row} 行没有列“{column}”；最接近的是“{nearest}”",
        "rename the header back, or change the column in the mapping file",
        "请把表头改回来，或修改映射文件里的列名",
    ),
    "XL204": Message(
        "{file}, worksheet “{sheet}”: no column “{column}” in row {row}; there are: {known}",
        "{file} 的工作表“{sheet}”：第 {row} 行没有列“{column}”；现有：{known}",
        "add the column, or change it in the mapping file",
        "请加上这一列，或修改映射文件里的列名",
    ),
    "XL205": Message(
        "{file}, worksheet “{sheet}”: the header “{column}” stands in several columns ({where})",
        "{file} 的工作表“{sheet}”：表头“{column}”出现在多列（{where}）",
        "rename or remove all but one",
        "请只保留一个，其余改名或删除",
    ),
    "XL206": Message(
        "{file}, worksheet “{sheet}” is empty",
        "{file} 的工作表“{sheet}”是空的",
        "fill in the headers, or put back an earlier version of the file",
        "请填上表头，或换回以前的版本",
    ),
    "XL207": Message(
        "{file}, worksheet “{sheet}”: cells are used as far out as {cell}; that is too large to read",
        "{file} 的工作表“{sheet}”：数据一直用到 {cell}，范围太大，无法读取",
        "delete the rows or columns far from the table (mark them, right click, Delete) and save",
        "请删除远离表格的行或列（选中后右键 → 删除）再保存",
    ),
    "XL208": Message(
        "worksheet “{sheet}”: the mapping names no column that identifies a row",
        "工作表“{sheet}”：映射没有指明用哪一列识别一行",
        "name a hub_id column under identity, or set key_column",
        "请在标识下写明编号列，或设置 key_column",
    ),
    "XL209": Message(
        "“{value}” is not a row number for header_row",
        "表头行“{value}”不是行号",
        "write a whole number from 1",
        "请写从 1 开始的整数",
    ),
    "XL301": Message(
        "{cell} holds {shown}: Excel keeps 15 digits of a number, the rest is lost",
        "{cell} 是 {shown}：Excel 的数字只保留 15 位，后面的已经丢失",
        "format the column as Text, then type the number again",
        "请先把这一列设为“文本”格式，再重新输入号码",
    ),
    "XL302": Message(
        "{cell} holds a formula without a result",
        "{cell} 是公式，但没有计算结果",
        "open the workbook in Excel and save it, so that the results are stored",
        "请用 Excel 打开工作簿并保存一次，让结果存下来",
    ),
    "XL303": Message(
        "{cell} shows the error {shown}",
        "{cell} 显示错误 {shown}",
        "correct the formula or the value in the cell",
        "请改正单元格里的公式或数值",
    ),
    "XL304": Message(
        "{cell} is covered by the merged cells {range}",
        "{cell} 被合并单元格 {range} 盖住",
        "unmerge the cells and fill in each of them",
        "请取消合并，并逐个填写",
    ),
    "XL311": Message(
        "rows {rows} hold the same {column} “{key}”",
        "第 {rows} 行的{column}都是“{key}”",
        "keep one of the rows, or correct the {column}",
        "请只保留一行，或改正{column}",
    ),
    "XL312": Message(
        "row {row} has no {column}", "第 {row} 行没有填{column}", "fill in the {column}", "请填写{column}"
    ),
    "XL314": Message(
        "row {row} is empty except for its {column}",
        "第 {row} 行只剩下{column}，其余都空了",
        "delete the whole row, or fill it in again",
        "请删除整行，或重新填写",
    ),
    "XL401": Message(
        "worksheet “{sheet}” has no row with the {column} “{id}” any more",
        "工作表“{sheet}”里已经没有{column}为“{id}”的行",
    ),
    "XL402": Message(
        "{cell} was changed since it was read",
        "{cell} 在读取之后又被修改",
        "nothing to do: the row is read again",
        "无需处理：会重新读取这一行",
    ),
    "XL403": Message(
        "{cell} ({column}) holds a formula; formulas are never overwritten",
        "{cell}（{column}）是公式，公式不会被覆盖",
        "map this column with flow: hub_reads, or replace the formula by a value",
        "请把这一列设为只读入，或把公式换成数值",
    ),
    "XL404": Message(
        "{cell} ({column}) is covered by merged cells and cannot be written",
        "{cell}（{column}）被合并单元格盖住，无法写入",
        "unmerge the cells",
        "请取消合并单元格",
    ),
    "XL405": Message(
        "the text for {column} has {length} characters; a cell holds {limit}",
        "{column}的文字有 {length} 个字符，单元格最多 {limit} 个",
        "shorten the text",
        "请缩短文字",
    ),
    "XL406": Message(
        "the value for {column} holds a character that a workbook cannot store",
        "{column}的值含有工作簿无法保存的字符",
        "remove the character",
        "请去掉这个字符",
    ),
    "XL407": Message(
        "the value for {column} is a list; a cell holds one value",
        "{column}的值是列表，一个单元格只能放一个值",
        "give the mapping a separator (as: list)",
        "请在映射里设置分隔符（格式: 列表）",
    ),
    "XL408": Message(
        "the table “{table}” ends with a total row; a new row has no place",
        "表格“{table}”带有汇总行，新行没有位置",
        "switch off the total row (Table Design, Total Row), or append the row yourself",
        "请关闭汇总行（表设计 → 汇总行），或自己添加这一行",
    ),
    "XL409": Message("worksheet “{sheet}” is full", "工作表“{sheet}”已满"),
    "XL410": Message(
        "a new row needs a value in {column}", "新行必须有{column}", "map the column", "请映射这一列"
    ),
    "XL411": Message(
        "the {column} “{id}” of a row is never changed to “{new}”",
        "一行的{column}“{id}”不会改成“{new}”",
    ),
    "XL412": Message(
        "the values for “{id}” would not read back as they are written; this row was left as it is",
        "“{id}”的值写入后读出来会不一样，这一行没有改动",
        "look for unusual characters in its values; report it if there are none",
        "请检查其中是否有特殊字符；如果没有，请反馈给我们",
    ),
    "XL413": Message(
        "{file}: the new version did not read back as meant ({detail}); nothing was changed",
        "{file}：写好的新版本与预期不符（{detail}），原文件没有改动",
        "open the workbook in Excel and save it once; if this comes again, report it",
        "请用 Excel 打开并保存一次；如果再次出现，请反馈给我们",
    ),
    "XL501": Message(
        "{file} is open: {holder}",
        "{file} 正被打开：{holder}",
        "the changes are written as soon as the workbook is closed",
        "关闭工作簿后会自动写入",
    ),
    "XL502": Message(
        "{file} is open somewhere (lock file {lock})",
        "{file} 正在某处打开（锁文件 {lock}）",
        "close the workbook; if nobody has it open, delete the lock file",
        "请关闭工作簿；如果没有人打开，请删除这个锁文件",
    ),
    "XL503": Message(
        "{file} may not be written: {detail}",
        "没有权限写入 {file}：{detail}",
        "close it in Excel, and give the account that runs synchub the right to write the file and its folder",
        "请在 Excel 里关闭它，并给运行 synchub 的账号写入该文件和文件夹的权限",
    ),
    "XL504": Message(
        "the disk is full; {file} was not changed",
        "磁盘已满，{file} 没有改动",
        "free some space; the changes are written at the next run",
        "请腾出空间，下次运行会写入",
    ),
    "XL505": Message("{file} cannot be written: {detail}", "无法写入 {file}：{detail}"),
    "XL506": Message(
        "{file} is saved by somebody again and again; nothing was written",
        "{file} 不断被人保存，没有写入",
        "nothing to do: the changes are written at the next run",
        "无需处理：下次运行会写入",
    ),
}
