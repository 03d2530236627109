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
        "stop what works with the hub, then run: synchub db upgrade (it makes a backup first)",
        "请先停止正在使用中台的程序，再运行：synchub db upgrade（升级前会自动备份）",
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
        "move it away and put a backup back: synchub db restore FILE (backups end in .backup)",
        "请将它移走，再用备份恢复：synchub db restore 文件（备份文件以 .backup 结尾）",
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
    "S130": Message(
        "{database}: the server does not let this user in: unknown user or wrong password",
        "{database}：服务器拒绝该用户登录：用户不存在或密码错误",
        "check user and password: `database` in hub.yaml and the secret it names",
        "请检查用户名和密码：hub.yaml 的 `数据库` 及其引用的机密",
    ),
    "S131": Message(
        "{database}: the server runs, but it has no such database or user",
        "{database}：服务器正常，但没有这个数据库或用户",
        "correct the name, or have it created: CREATE DATABASE name OWNER user",
        "请改正名称，或先创建：CREATE DATABASE 名称 OWNER 用户",
    ),
    "S132": Message(
        "{database}: no server answers there",
        "{database}：该地址没有服务器响应",
        "check that PostgreSQL runs and that host and port are right and open from here",
        "请检查 PostgreSQL 是否已启动，主机和端口是否正确、从本机能否访问",
    ),
    "S133": Message(
        "{database}: this user may not create tables",
        "{database}：该用户没有建表权限",
        "make the user owner of the database, or: GRANT CREATE, USAGE ON SCHEMA public TO user",
        "请让该用户成为数据库的所有者，或执行：GRANT CREATE, USAGE ON SCHEMA public TO 用户",
    ),
    "S134": Message(
        "{database}: server and hub do not agree on encryption (SSL), or no rule of the server admits this user from here",
        "{database}：服务器与中台的加密（SSL）要求不一致，或服务器没有允许该用户从本机登录的规则",
        "if the server asks for SSL, add ?sslmode=require to the address (better: sslmode=verify-full&sslrootcert=FILE); if it has none, take sslmode away; "
        "else see pg_hba.conf on the server",
        "服务器要求 SSL 时，请在地址后加 ?sslmode=require（最好用 sslmode=verify-full&sslrootcert=文件）；服务器没有 SSL 时请去掉 sslmode；否则请检查服务器上的 pg_hba.conf",
    ),
    "S135": Message(
        "{database}: the server has no connection left",
        "{database}：服务器的连接数已用完",
        "close other programs, or raise max_connections (or the user's CONNECTION LIMIT); then try again",
        "请关闭其他程序，或调高 max_connections（或该用户的 CONNECTION LIMIT），然后重试",
    ),
    "S140": Message(
        "{file} exists already and is not overwritten",
        "{file} 已存在，不会被覆盖",
        "name another file",
        "请换一个文件名",
    ),
    "S141": Message(
        "the database {database} holds data, and nothing is put over it",
        "数据库 {database} 中已有数据，不会被覆盖",
        "choose an empty database; `synchub db restore --replace` makes a backup of it and then replaces everything",
        "请选择空的数据库；`synchub db restore --replace` 会先备份，再全部替换",
    ),
    "S142": Message(
        "the table {table} did not arrive as it was sent ({sent} rows sent, {arrived} arrived)",
        "数据表 {table} 写入后与原数据不一致（发送 {sent} 行，到达 {arrived} 行）",
        "nothing was changed; please report this defect",
        "没有任何改动；请反馈这个缺陷",
    ),
    "S143": Message(
        "a text in the table {table} holds the character NUL, which PostgreSQL cannot keep",
        "数据表 {table} 的文本中含有 NUL 字符，PostgreSQL 无法保存",
        "nothing was changed; find the record in the system it comes from and take the character out, then sync",
        "没有任何改动；请在来源系统中找到该记录，删除这个字符后同步",
    ),
    "S144": Message(
        "there is no hub in the database {database} yet",
        "数据库 {database} 中还没有中台数据",
        "check `database` in hub.yaml; a first `synchub plan` or `synchub db upgrade` sets it up",
        "请检查 hub.yaml 的 `数据库`；首次运行 `synchub plan` 或 `synchub db upgrade` 会建立数据库",
    ),
    "S145": Message(
        "{file} is not a backup made by synchub, or it is damaged",
        "{file} 不是 synchub 的备份文件，或已损坏",
        "name a file that `synchub db backup` has written",
        "请指定 `synchub db backup` 生成的文件",
    ),
    "S146": Message(
        "the database {database} was written to while its backup was made",
        "备份期间数据库 {database} 被写入",
        "nothing was changed; stop what works with the hub and try again",
        "没有任何改动；请停止正在使用中台的程序后重试",
    ),
    "S147": Message(
        "{database} is the hub's own database",
        "{database} 就是中台当前使用的数据库",
        "name another one to copy to",
        "请指定另一个数据库作为复制目标",
    ),
    "S148": Message(
        "the backup {file} cannot be written: {detail}",
        "备份文件 {file} 无法写入：{detail}",
        "make room on the disk, allow writing to the folder, or name another file",
        "请清理磁盘空间、开放文件夹写权限，或指定其他文件",
    ),
}
