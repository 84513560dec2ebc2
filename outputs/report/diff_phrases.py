"""Every sentence of the comparison's page, in both languages."""

from schemas.words import Language, Text

PHRASES: dict[str, Text] = {
    "title": Text("上报内容对比", "What changed"),
    "before": Text("原", "before"),
    "after": Text("新", "after"),
    "next_run": Text("（下一次运行）", " (the next run)"),
    "supplement": Text("（补充包）", " (a supplement)"),
    "totals": Text("人数", "Students"),
    "same": Text("未变", "unchanged"),
    "absent": Text(
        "补充包只含新增和变更的学生；不在其中的不算移除，人数：",
        "A supplement holds only who is new or changed; who is not in it is not removed: ",
    ),
    "nothing": Text("没有差别。", "Nothing differs."),
    "photo_note": Text("左为原照片，右为新照片。", "Left the photo before, right the one after."),
    "text_note": Text(
        "多名学生的同一变更合并为一行。证件号码隐去中间各位：一两位不同时显示这几位，更多位不同时以 ? 标出。",
        "The same change of several students stands on one line. ID numbers are masked: one or two "
        "characters that differ are shown, more of them stand as ?.",
    ),
    "removed_note": Text(
        "原来在内、现在不在。已经上报的记录，程序不会撤回。",
        "In the first and not in the second. What was sent is not withdrawn by the program.",
    ),
    "students": Text("名学生", "students"),
    "more": Text("其余见 CSV（--format csv），条数：", "The rest stands in the CSV (--format csv), lines: "),
    "no_picture": Text("没有可显示的照片", "No photo to show"),
    "empty": Text("（空）", "(empty)"),
    "item": Text("项目", "Item"),
    "where": Text("表", "Table"),
    "contents": Text("目录", "Contents"),
    "source": Text("照片", "Photo"),
    "private": Text(
        "本页含个人信息，仅供校内核对使用，请勿外传。",
        "This page holds personal data: for the school's own checks only, not to be passed on.",
    ),
}


def phrases(language: Language) -> dict[str, str]:
    """Every phrase in one language."""
    return {key: text.say(language) for key, text in PHRASES.items()}
