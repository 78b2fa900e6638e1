"""What the system says when it will not read or write a file, in our words."""

from __future__ import annotations

import errno

from course.text import Text

NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}
FULL = {errno.ENOSPC, errno.EDQUOT}


def sentence(error: OSError) -> Text:
    """Say what was refused, and what to do about it.

    Args:
        error: as the system raised it.

    Returns:
        One sentence or two, in both languages, for the user who typed the command.

    """
    file = str(error.filename or "")
    if error.errno in NOT_ALLOWED and file:
        text = Text(
            en="{file} may not be written or read. Copy the course to a folder of your own, or change the permissions, "
            "then run the same command again there.",
            zh="没有读写 {file} 的权限。请把课程复制到您自己的文件夹（或修改权限），再在那里运行同一命令。",
        )
    elif error.errno in FULL:
        text = Text(
            en="The disk is full, nothing was changed. Make room, then run the same command again.",
            zh="磁盘已满，没有改动任何文件。请先腾出空间，再运行同一命令。",
        )
    else:
        text = Text(
            en="The system refused something that the course needs: {error}",
            zh="系统拒绝了课程所需的操作：{error}",
        )
    return text.format(file=file, error=error)
