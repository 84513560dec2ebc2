"""Every sentence of the desk, in both languages."""

from schemas.words import Text

Refusal = tuple[Text, Text]
"""What is wrong, and what to do."""

WRONG_TOKEN: Refusal = (
    Text("这个地址的口令不对", "The token in this address is not right"),
    Text(
        "请用终端里 regpack desk 最后一次启动时印出的完整地址；旧的地址在重新启动后不再有效。",
        "Use the whole address that regpack desk printed when it was last started; older ones are void.",
    ),
)
NO_SESSION: Refusal = (
    Text("这个浏览器还没有登录审看台", "This browser has not entered the desk"),
    Text(
        "请打开终端里 regpack desk 印出的完整地址（带口令）。",
        "Open the whole address that regpack desk printed in the terminal, with its token.",
    ),
)
NOT_OUR_HOST: Refusal = (
    Text("审看台只在本机使用", "The desk serves this machine alone"),
    Text(
        "请用终端里 regpack desk 印出的地址打开。",
        "Open the address that regpack desk printed in the terminal.",
    ),
)
FORGED: Refusal = (
    Text("这个请求不是审看台的页面发出的，没有执行", "This request came from no page of the desk; not done"),
    Text("请回到审看台，刷新页面后再试。", "Go back to the desk, reload the page and try again."),
)
NOT_FOUND: Refusal = (
    Text("没有这一页", "There is no such page"),
    Text("请回到总览。", "Go back to the overview."),
)
STALE = Text(
    "刚才有人对同一学生或照片作了决定，这一次没有记录；页面已更新，请看过再决定。",
    "Somebody else has just decided about the same student or capture: nothing was recorded. The page is up"
    " to date now; look again.",
)
STALE_RUN = Text(
    "已有新的运行结果，这一次没有记录；页面已更新，请看过再决定。",
    "There is a newer run: nothing was recorded. The page is up to date now; look again.",
)
GREETING = Text(
    "审看台已开，按 Ctrl-C 关闭。只在本机打开下面的地址（含口令，请勿外传）：",
    "The desk is open; Ctrl-C closes it. Open this address on this machine only (it holds a token):",
)
PARTING = Text(
    "审看台已关闭；记录过的决定都在台账里", "The desk is closed; what was recorded stands in the ledger"
)
UNDO_HINT = Text("按 U 撤销", "U takes it back")
NOTHING_TO_UNDO = Text(
    "这里没有可以撤销的决定；更早的决定在学生页上逐条撤销。",
    "There is nothing to undo here; earlier decisions are withdrawn one by one on the student's page.",
)
FITS = Text("符合全部要求。", "Every limit is kept.")
UNREADABLE_REQUEST = Text(
    "请求不完整，没有记录；请刷新页面后再试。",
    "The request is not whole: nothing was recorded. Reload the page and try again.",
)

PHRASES: dict[str, Text] = {
    "desk": Text("审看台", "Review desk"),
    "overview": Text("总览", "Overview"),
    "skip": Text("跳到正文", "Skip to the content"),
    "run": Text("运行", "Run"),
    "who": Text("决定人", "Decided by"),
    "who_ask": Text("请先写下您的姓名", "Please give your name first"),
    "who_why": Text(
        "每一项决定都和姓名、时间一起记入台账。",
        "Every decision goes into the ledger with name and time.",
    ),
    "begin": Text("开始", "Begin"),
    "change": Text("换人", "Change"),
    "other_language": Text("English", "中文"),
    "entered": Text("正在打开审看台…", "Opening the desk …"),
    "go_on": Text("进入审看台", "To the desk"),
    "effect": Text("下一次运行起生效：", "With the next run: "),
    "effect_none": Text("还没有新的决定", "no new decision yet"),
    "effect_how": Text("决定完毕后，在终端运行", "When all is decided, run in the terminal"),
    "running": Text(
        "这个批次正在运行；现在作出的决定要到再下一次运行才生效。",
        "A run of this campaign is under way; what is decided now takes effect with the one after it.",
    ),
    "frozen": Text("批次已冻结，冻结日期", "The campaign is frozen since"),
    "frozen_why": Text("冻结后仍要处理的理由", "Why it is done after the freeze"),
    "gone": Text(
        "审看台没有应答，可能已经停止。刚才的决定没有保存。",
        "The desk does not answer; it may have been stopped. What was just decided is not saved.",
    ),
    "gone_todo": Text(
        "在终端重新运行 regpack desk，打开新印出的地址；页面上写的内容仍在。",
        "Run regpack desk again and open the address it prints; what you typed is still here.",
    ),
    "retry": Text("重试", "Try again"),
    "changed": Text("页面已过时，已更新。", "The page was out of date and has been updated."),
    "filters": Text("筛选", "Filter"),
    "search": Text("学号或姓名", "Student no. or name"),
    "reason": Text("原因", "Reason"),
    "unit": Text("学院", "Unit"),
    "class_name": Text("班级", "Class"),
    "room": Text("地点、机位", "Room, camera"),
    "any": Text("不限", "any"),
    "apply": Text("查找", "Find"),
    "reset": Text("清除", "Clear"),
    "lists": Text("清单", "Lists"),
    "none_listed": Text("没有符合条件的。", "Nothing is listed."),
    "all_decided": Text("都已决定。", "Everything is decided."),
    "pages": Text("页", "Pages"),
    "previous": Text("上一个", "Previous"),
    "following": Text("下一个", "Next"),
    "next_open": Text("下一个待定", "Next to decide"),
    "undo": Text("撤销上一步", "Undo"),
    "guides": Text("参考线", "Guide lines"),
    "waive": Text("豁免", "Waive"),
    "waive_long": Text("接受并豁免", "Accept with waiver"),
    "reject": Text("退回", "Reject"),
    "retake": Text("补拍", "Retake"),
    "crop": Text("裁切", "Crop"),
    "crop_note": Text(
        "拖动方框，或用方向键移动（按住 Shift 移得快）、+ − 键或滚轮缩放；方框不会超出规格。"
        "下一次运行按它制作照片。",
        "Drag the box, or move it with the arrow keys (Shift: faster) and scale it with + and − or the wheel;"
        " it stays within the limits. The next run makes the photo from it.",
    ),
    "preview": Text("裁切后的样子，绿色带为要求的范围", "As cropped; the bands are what the limits allow"),
    "waive_note": Text(
        "豁免只对现在采用的这张照片有效。",
        "A waiver holds for the photo used now, and for no other.",
    ),
    "reject_note": Text(
        "退回后不再上报，直到撤销这项决定。",
        "The student stays out until this decision is withdrawn.",
    ),
    "retake_note": Text(
        "学生列入补拍名单；已有的照片都不再采用。",
        "The student goes onto the make-up list; the captures there are are not used any more.",
    ),
    "which": Text("豁免哪些原因", "Which reasons"),
    "because": Text("理由", "Because"),
    "usual": Text(
        "常用理由，输入框空着时按数字选用", "Usual reasons: press the number while the field is empty"
    ),
    "until": Text("有效期至（可不填）", "Until (may be left empty)"),
    "save": Text("记录决定", "Record"),
    "cancel": Text("取消", "Cancel"),
    "close": Text("知道了", "Close"),
    "not_now": Text("不能这样决定", "This may not be decided"),
    "toolbar": Text("操作", "Decide"),
    "source": Text("原图", "Source"),
    "photo": Text("成品", "Photo"),
    "crop_of": Text("裁切预览（没有制成照片）", "Crop of the source (no photo was made)"),
    "no_picture": Text("没有可显示的图像", "No picture to show"),
    "no_capture": Text("没有照片", "No capture"),
    "others": Text("同一学生的其他照片", "Other captures of this student"),
    "choose": Text("选用这一张", "Use this one"),
    "used_now": Text("现在采用", "used now"),
    "reasons": Text("原因", "Reasons"),
    "well": Text("没有发现问题。", "Nothing was found."),
    "seen": Text("实测", "Seen"),
    "limit": Text("要求", "Limit"),
    "measures": Text("测量值与要求", "Measured, and limits"),
    "evidence": Text("对应依据", "Link"),
    "contradicts": Text("不符之处", "Against it"),
    "history": Text("经过", "History"),
    "decisions": Text("已有的决定", "Decisions"),
    "withdraw": Text("撤销", "Withdraw"),
    "withdraw_long": Text("撤销第", "Withdraw decision"),
    "stands_not": Text("已失效", "no longer stands"),
    "pending": Text("下一次运行生效", "with the next run"),
    "assign": Text("认定是哪名学生", "Whose capture is it?"),
    "assign_sure": Text("认定这张照片是该生的", "Assign this capture to the student"),
    "no_candidates": Text("没有找到学生。", "No student was found."),
    "without_photo": Text("没有照片的学生", "Students without a photo"),
    "compare": Text("对照", "Compare"),
    "this_capture": Text("这张照片", "This capture"),
    "bulk": Text("批量", "All listed"),
    "bulk_note": Text(
        "对列出的这些学生一次作出同样的决定；有一人不行就全部不记。",
        "Decides the same for all students listed; if one of them may not, nothing is recorded.",
    ),
    "people": Text("人", "students"),
    "waive_one": Text("豁免这一原因", "Waive this reason"),
    "place": Text("第", "No."),
    "of": Text("共", "of"),
    "no_name": Text("姓名缺失", "no name"),
    "no_class": Text("未分班", "no class"),
    "roster_row": Text("名册行", "roster row"),
    "sure": Text("请再看一遍人数。", "Look at the number once more."),
    "back": Text("回到总览", "Back to the overview"),
    "private": Text(
        "本页含个人信息，仅供校内采集工作使用。",
        "This page holds personal data, for the school's capture work only.",
    ),
    "working": Text("正在记录…", "Recording …"),
    "decided_on": Text("时间", "When"),
}

USUAL: dict[str, tuple[Text, ...]] = {
    "waive": (
        Text("看过原图，符合要求", "looked at the source; fine"),
        Text("灯光所致，不影响辨认", "the lamps; the face is plain to see"),
        Text("本人特征如此", "that is how the student looks"),
    ),
    "reject": (
        Text("不是本人", "not the student"),
        Text("学籍有问题，暂不上报", "the enrolment is in question"),
    ),
    "retake": (
        Text("头发遮住眉毛或耳朵", "hair covers brows or ears"),
        Text("戴美瞳、化妆过浓或有饰物", "coloured lenses, make-up or jewellery"),
        Text("着装不合要求", "the clothes are not as asked"),
        Text("闭眼或表情不自然", "eyes closed, or the expression is not natural"),
        Text("请重新拍摄", "please take it again"),
    ),
    "choose": (Text("这一张更好", "this one is better"), Text("本人要求", "the student asked for it")),
    "release": (
        Text("看图认定为本人", "known by the face"),
        Text("班主任辨认", "the class teacher knows them"),
    ),
    "crop": (Text("构图更端正", "better placed"), Text("自动裁切偏了", "the automatic crop is off")),
    "withdraw": (Text("看错了", "a mistake"), Text("情况有变", "things have changed")),
}
"""What is usually given as the reason for each kind of decision."""
