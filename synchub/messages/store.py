"""What the store floor says (codes S1xx)."""

from synchub.messages import Message

MESSAGES: dict[str, Message] = {
    "S101": Message(
        "{url} is not the address of a database that synchub can use",
        "{url} 不是 synchub 能使用的数据库地址",
        "give the path of a SQLite file, or postgresql://user@host/database",
        "请填写 SQLite 文件路径，或 postgresql://用户@主机/数据库",
    ),
    "S102": Message(
        "the database was written by a newer synchub (revision {found}; this one knows up to {known})",
        "数据库由更新版本的 synchub 写入（版本 {found}，当前程序只认识到 {known}）",
        "upgrade synchub",
        "请升级 synchub",
    ),
    "S103": Message(
        "the PostgreSQL database is at revision {found}, this synchub needs {needed}",
        "PostgreSQL 数据库的结构版本是 {found}，当前 synchub 需要 {needed}",
        "make a backup, then run: synchub doctor --upgrade-database",
        "请先备份，再运行：synchub doctor --upgrade-database",
    ),
    "S104": Message(
        "the database must be upgraded, but the copy {copy} that comes first cannot be written: {detail}",
        "数据库需要升级，但升级前的备份 {copy} 无法写入：{detail}",
        "make room on the disk or allow writing to the folder; nothing was changed",
        "请清理磁盘空间或开放文件夹写权限；目前没有任何改动",
    ),
    "S105": Message(
        "there is no table for “{entity}”",
        "没有“{entity}”对应的数据表",
        "known: {known}",
        "可用：{known}",
    ),
    "S111": Message(
        "the database is busy: another synchub is writing to {database}",
        "数据库正忙：另一个 synchub 正在写入 {database}",
        "wait until the other run has finished, then try again",
        "请等另一个任务结束后再试",
    ),
    "S112": Message(
        "the database {database} cannot be written: {detail}",
        "数据库 {database} 无法写入：{detail}",
        "make room on the disk; the last change was taken back, nothing is half done",
        "请清理磁盘空间；最后一次改动已撤回，没有写到一半的数据",
    ),
    "S113": Message(
        "no permission for the database {database}: {detail}",
        "没有数据库 {database} 的访问权限：{detail}",
        "check who owns the file or folder, or the rights of the database user",
        "请检查文件、文件夹的所有者，或数据库用户的权限",
    ),
    "S114": Message(
        "{database} is not a synchub database, or it is damaged: {detail}",
        "{database} 不是 synchub 数据库，或文件已损坏：{detail}",
        "restore it from a backup (files ending in .backup lie beside it)",
        "请用备份恢复（旁边以 .backup 结尾的文件）",
    ),
    "S115": Message(
        "the database {database} cannot be reached: {detail}",
        "无法连接数据库 {database}：{detail}",
        "check that the server runs and that address, user and password are right",
        "请检查服务器是否运行，地址、用户名和密码是否正确",
    ),
    "S116": Message(
        "the database {database} refused a record that is there already: {detail}",
        "数据库 {database} 拒绝了已存在的记录：{detail}",
        "this is a defect of synchub; the change was taken back, please report it",
        "这是 synchub 的缺陷；改动已撤回，请反馈给我们",
    ),
    "S119": Message("the database {database} failed: {detail}", "数据库 {database} 出错：{detail}"),
    "S121": Message(
        "{moved} records of “{entity}” were changed by somebody else meanwhile",
        "“{entity}”有 {moved} 条记录同时被别人修改",
        "run it again; nothing was written",
        "请重新运行；没有写入任何内容",
    ),
}
