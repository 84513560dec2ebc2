"""Every sentence of the page, in both languages."""

from schemas.words import Text

PHRASES: dict[str, Text] = {
    "title": Text("人像采集审计报告", "Capture audit report"),
    "campaign": Text("采集批次", "Campaign"),
    "run": Text("运行编号", "Run"),
    "kind": Text("运行类型", "Kind of run"),
    "profile": Text("规格", "Profile"),
    "period": Text("运行时间", "Time"),
    "totals": Text("总账", "Totals"),
    "totals_note": Text(
        "每名应拍学生、每张照片都恰好归入一类，各类相加等于总数。",
        "Every expected student and every capture falls into exactly one class; the classes add up.",
    ),
    "expected": Text("应拍", "Expected"),
    "captures": Text("照片", "Captures"),
    "people": Text("人", "students"),
    "files": Text("张", "files"),
    "outside": Text("名册另有不在采集范围的学生", "Roster rows outside this campaign"),
    "outside_why": Text("不在采集范围的原因：", "Why they are outside:"),
    "bundle": Text("上报包", "Bundle"),
    "sealed": Text("本次封存", "sealed in this run"),
    "no_bundle": Text("本次没有生成上报包", "This run sealed no bundle"),
    "warnings": Text("提醒", "Warnings"),
    "reasons": Text("问题与处理", "What went wrong, and what to do"),
    "reasons_note": Text(
        "不通过的在前，按涉及人数排列。一名学生可以有几个原因，因此各行之和大于退回人数。",
        "Blocking reasons first, by students concerned. One student can have several reasons, so the lines "
        "add up to more than the rejected.",
    ),
    "students": Text("学生", "Students"),
    "findings": Text("条数", "Findings"),
    "campaign_notes": Text("批次提醒", "Notes on the whole campaign"),
    "campaign_notes_note": Text(
        "与安排表、采集日志或整个批次有关，不针对某一名学生。",
        "About the schedule, the capture log or the campaign as a whole, not about one student.",
    ),
    "sessions": Text("各场次", "Sessions"),
    "sessions_note": Text(
        "应到按安排表，在册按名册；已拍少于在册的场次以底色标出。每人秒数取前后两名学生拍摄间隔的中位数。",
        "Expected as the schedule says, enrolled as the roster says; sessions short of captures are tinted. "
        "Seconds each is the median from one student to the next.",
    ),
    "time": Text("时间", "Time"),
    "units": Text("各学院", "Units"),
    "rate": Text("合格率", "Rate"),
    "total": Text("合计", "Total"),
    "rejected": Text("退回学生", "Rejected students"),
    "rejected_note": Text(
        "左为原图（框内为裁切范围），右为按规格制成的照片。",
        "Left the source with its crop box, right the photo made to the profile.",
    ),
    "source": Text("原图", "Source"),
    "photo": Text("成品", "Photo"),
    "no_picture": Text("没有可显示的图像", "No picture to show"),
    "captures_open": Text("待人工处理的照片", "Captures that need a person"),
    "captures_open_note": Text(
        "存疑、无主和不可读的照片。没有一张被悄悄丢弃。",
        "Quarantined, orphan and unreadable captures; none is dropped silently.",
    ),
    "by_eye": Text(
        "程序不判断着装、化妆、染发和露耳、露眉；上报前请人翻看上报包 data/photos 中的照片。",
        "Dress, make-up, dyed hair, bare ears and brows are not judged here: let a person look through"
        " data/photos before the bundle is sent.",
    ),
    "retakes": Text("补拍等待决定", "Retakes that wait for a decision"),
    "retakes_note": Text(
        "先前已上报照片，补拍的没有采用。两张都看过后，用 regpack decide --choose 选用。",
        "A photo was delivered, and the retake is not used. Look at both, then regpack decide --choose.",
    ),
    "waived": Text("豁免", "Waived"),
    "waived_note": Text(
        "由人接受的原因，照常上报，并写在上报包的封面上。",
        "Reasons that a person accepted; they are submitted, and stand on the bundle's cover sheet.",
    ),
    "by_whom": Text("由谁、为何", "by whom, and why"),
    "accepted_warned": Text("合格但须留意", "Accepted, with a warning"),
    "accepted_warned_note": Text("照常上报；请按提示核对。", "They are submitted; please check as advised."),
    "more": Text("其余见 rejects.csv，条数：", "The rest stands in rejects.csv, lines: "),
    "missing": Text("缺拍学生", "Students still to come"),
    "missing_note": Text(
        "按学院和班级列出，可据此通知补拍；名单另见 missing.csv。",
        "By unit and class, ready for the call to a make-up capture; the list is also in missing.csv.",
    ),
    "missing_make_up": Text("其中往届学生：", "Of these from earlier years: "),
    "missing_make_up_note": Text(
        "。往年已采集的不必再来，请在名册的“图像注册状态”中写 已注册。",
        ". Whoever was captured in an earlier year need not come: write 已注册 as the roster's registration.",
    ),
    "no_class": Text("未分班", "no class"),
    "no_unit": Text("未注明学院", "no unit"),
    "no_name": Text("姓名缺失", "no name"),
    "none": Text("无", "none"),
    "all_well": Text("没有发现问题。", "Nothing was found."),
    "item": Text("项目", "Item"),
    "seen": Text("实测", "Seen"),
    "limit": Text("要求", "Limit"),
    "fix": Text("处理办法", "What to do"),
    "reason": Text("原因", "Reason"),
    "code": Text("代码", "Code"),
    "roster_row": Text("名册行", "roster row"),
    "evidence": Text("对应依据", "Link"),
    "private": Text(
        "本页含个人信息，仅供校内采集工作使用，请勿外传。",
        "This page holds personal data: for the school's capture work only, not to be passed on.",
    ),
    "beside": Text(
        "同一目录：summary.json、enrolments.csv、captures.csv、rejects.csv、missing.csv、sessions.csv。",
        "In this folder: summary.json, enrolments.csv, captures.csv, rejects.csv, missing.csv, sessions.csv.",
    ),
    "contents": Text("目录", "Contents"),
    "skip": Text("跳到正文", "Skip to the report"),
    "sheet": Text("照片一览", "Contact sheet"),
    "sheet_note": Text(
        "按拍摄顺序排列，没有照片的学生列在最后。点开任一格（或按回车）"
        "查看原图、裁切、实测值、对应依据和台账；"
        "方向键移动，← → 翻看。",
        "In the order of capture; students without one at the end. Click a cell (or press Enter) for source,"
        " crop, measured values, link and history; arrow keys move.",
    ),
    "needs_script": Text(
        "查找和翻看需要浏览器脚本；下面的名单不需要。",
        "Search and browsing need the browser's script; the lists below do not.",
    ),
    "find": Text("查找", "Find"),
    "find_hint": Text("学号、姓名或文件名", "number, name or file"),
    "state": Text("状态", "State"),
    "unit": Text("学院", "Unit"),
    "class": Text("班级", "Class"),
    "room": Text("地点", "Room"),
    "clear": Text("清除筛选", "Clear"),
    "print_sheet": Text("打印当前照片", "Print these captures"),
    "filters": Text("筛选", "Filters"),
    "detail": Text("详情", "Details"),
    "show": Text("查看照片", "show them"),
    "day": Text("当日进程", "The day"),
    "day_note": Text(
        "每分钟拍摄张数；灰带为场次，黄线为超过 {gap} 分钟没有拍摄，三角为顺序错位。下面两条为背景色差和"
        "曝光：每点一张，实线为每 {smooth} 分钟中位数，虚线为限值。时间按相机时钟。",
        "Captures a minute; grey bands are sessions, amber lines mark more than {gap} minutes without one,"
        " triangles order slips. Below, backdrop colour and exposure: a dot each, the line their median of"
        " {smooth} minutes, dashes the limit. By the camera's clock.",
    ),
    "per_minute": Text("张/分", "a minute"),
    "gap": Text("空档", "gap"),
    "gaps": Text("空档（分钟）", "Gap (min)"),
    "slip": Text("错位", "slip"),
    "slips": Text("错位（张）", "Slipped"),
    "hour": Text("时段", "Hour"),
    "as_table": Text("数据表", "As a table"),
    "median_of": Text("中位数", "median"),
    "spreads": Text("分布", "Distributions"),
    "spreads_note": Text(
        "所有可测照片；虚线为限值，红色条形在限值之外，三角为中位数。",
        "All captures that could be measured; dashes are the limits, red bars lie beyond them, the triangle"
        " is the median.",
    ),
    "kept": Text("符合要求", "kept"),
    "from": Text("起", "From"),
    "to": Text("止", "To"),
    "beyond": Text("限值之外", "Beyond"),
    "yes": Text("是", "yes"),
    "heat": Text("问题出现的时间和地点", "Where and when things went wrong"),
    "heat_note": Text(
        "各机位各小时涉及的照片数，颜色越深越多。",
        "Captures concerned, by camera and hour; the darker, the more.",
    ),
    "heat_all": Text("全部照片", "All captures"),
    "units_note": Text("应拍人数按结果分列。", "The students expected, by how they ended."),
    "by_room": Text("各场地的照片", "Captures by room"),
    "by_room_note": Text(
        "照片较多，按场地分页；以下各页与本页放在同一目录。",
        "There are many, so each room has a page; keep these files beside this one.",
    ),
    "back": Text("返回总报告", "Back to the report"),
    "language": Text("English", "中文"),
}
