"""Every word of the page's script, in both languages."""

from schemas.capture import DECISION, FILE_NAME, LOG_FILE, MOMENT, ORDER
from schemas.words import Text

SCRIPT: dict[str, Text] = {
    "title": Text("人像采集审计报告", "Capture audit report"),
    "all": Text("全部", "all"),
    "shown": Text("显示", "shown"),
    "of": Text("，共", " of"),
    "nobody": Text("没有符合条件的照片或学生。", "No capture and no student fits."),
    "no_time": Text("无拍摄时间", "no time"),
    "no_shots": Text("没有照片的学生", "Students without a capture"),
    "files": Text("张", "captures"),
    "people": Text("人", "students"),
    "no_name": Text("姓名缺失", "no name"),
    "nobodys": Text("无主", "nobody's"),
    "no_class": Text("未分班", "no class"),
    "no_unit": Text("未注明学院", "no unit"),
    "no_picture": Text("没有可显示的图像", "No picture to show"),
    "previous": Text("上一张（←）", "Previous (←)"),
    "next": Text("下一张（→）", "Next (→)"),
    "close": Text("关闭（Esc）", "Close (Esc)"),
    "source": Text("原图与裁切范围", "Source and crop"),
    "photo": Text("成品照片", "Delivered photo"),
    "print_size": Text("证书实际大小", "As on the certificate"),
    "pixel_size": Text("按原像素显示", "At its own pixels"),
    "small_only": Text("此处为缩小图。", "Made small here."),
    "in_bundle": Text(
        "此处为缩小图；原件在上报包 data/photos 中。",
        "Made small here; the file is in the bundle's data/photos.",
    ),
    "guides": Text("辅助线", "guide lines"),
    "eyes": Text("眼睛", "eyes"),
    "found": Text("发现的问题", "What was found"),
    "well": Text("没有发现问题。", "Nothing was found."),
    "measured": Text("实测值与要求", "Measured against limits"),
    "item": Text("项目", "Item"),
    "seen": Text("实测", "Seen"),
    "limit": Text("要求", "Limit"),
    "low": Text("偏低", "too low"),
    "high": Text("偏高", "too high"),
    "unknown": Text("无法判定", "not assessed"),
    "kept": Text("符合", "kept"),
    "link": Text("对应依据", "Link"),
    "against": Text("不符之处", "Against it"),
    "other_shots": Text("这名学生的照片", "Captures of this student"),
    "history": Text("台账记录", "History"),
    "first_time": Text("台账中没有更早的记录。", "The ledger has nothing earlier."),
    "waived": Text("已豁免：", "Waived: "),
    "bundle": Text("上报包", "bundle"),
    "file": Text("文件", "file"),
    "level": Text("层次", "level"),
}

SUPPORTS: dict[str, Text] = {
    LOG_FILE: Text("日志写明此文件", "the log names this file"),
    MOMENT: Text("拍摄紧跟刷卡", "follows the card reading"),
    FILE_NAME: Text("文件名", "the file's name"),
    ORDER: Text("与名册顺序一致", "stands in the roster's order"),
    DECISION: Text("由人认定", "decided by a person"),
}
"""What speaks for a link (`schemas.capture.KINDS`, order, decision)."""
