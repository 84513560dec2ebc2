"""What columns, states and kinds of run are called for people, on the terminal and in the report."""

from schemas.words import Language, Text

STATES: dict[str, Text] = {
    "accepted": Text("合格", "accepted"),
    "rejected": Text("退回", "rejected"),
    "missing": Text("缺拍", "missing"),
    "ineligible": Text("不在范围", "ineligible"),
    "locked": Text("已注册", "locked"),
    "used": Text("采用", "used"),
    "superseded": Text("备用", "superseded"),
    "quarantined": Text("存疑", "quarantined"),
    "orphan": Text("无主", "orphan"),
    "unreadable": Text("不可读", "unreadable"),
}
"""Every enrolment state and every capture state."""

SEVERITIES: dict[str, Text] = {
    "block": Text("不通过", "block"),
    "warn": Text("提醒", "warn"),
    "info": Text("备注", "info"),
}

KINDS: dict[str, Text] = {
    "run": Text("采集处理", "capture run"),
    "makeup": Text("补拍处理", "make-up run"),
    "dry-run": Text("试运行", "dry run"),
}

COLUMNS: dict[str, Text] = {
    "run": Text("批次运行", "run"),
    "kind": Text("类型", "kind"),
    "started_at": Text("时间", "when"),
    "row": Text("行", "row"),
    "student_no": Text("学号", "student no."),
    "examinee_no": Text("考生号", "examinee no."),
    "name": Text("姓名", "name"),
    "sex": Text("性别", "sex"),
    "born_on": Text("出生日期", "birth date"),
    "document_type": Text("证件类型", "document type"),
    "document_no": Text("证件号码", "document no."),
    "entered_on": Text("入学日期", "entry date"),
    "entry_year": Text("入学年份", "entry year"),
    "certificate": Text("证书类别", "certificate"),
    "unit_name": Text("学院", "unit"),
    "class_name": Text("班级", "class"),
    "level_name": Text("层次", "level"),
    "state": Text("状态", "state"),
    "code": Text("代码", "code"),
    "codes": Text("代码", "codes"),
    "severity": Text("级别", "severity"),
    "message": Text("原因", "reason"),
    "column": Text("项目", "item"),
    "seen": Text("实测", "seen"),
    "limit": Text("要求", "limit"),
    "fix": Text("处理办法", "what to do"),
    "capture_path": Text("照片文件", "capture"),
    "capture_state": Text("照片状态", "capture state"),
    "evidence": Text("对应依据", "evidence"),
    "now_state": Text("目前状态", "state now"),
    "now_run": Text("最近运行", "latest run"),
    "bundle": Text("上报包", "bundle"),
    "held_on": Text("日期", "date"),
    "weekday": Text("星期", "weekday"),
    "room_name": Text("地点", "room"),
    "starts_at": Text("开始", "start"),
    "ends_at": Text("结束", "end"),
    "expected": Text("应到", "expected"),
    "enrolled": Text("在册", "enrolled"),
    "logged": Text("登记", "logged"),
    "captured": Text("已拍", "captured"),
    "late": Text("不按时", "late"),
    "out_of_place": Text("不在场地", "out of place"),
    "camera_name": Text("机位", "camera"),
    "taken_at": Text("拍摄时间", "taken at"),
    "logged_at": Text("登记时间", "logged at"),
    "photo_name": Text("照片文件名", "photo file"),
    "source_format": Text("文件格式", "file format"),
    "source_mode": Text("色彩模式", "colour mode"),
    "orientation": Text("方向标记", "orientation mark"),
    "has_gps": Text("定位信息", "GPS position"),
    "is_colour_known": Text("色彩可转换", "colours known"),
    "faces": Text("人脸数", "faces"),
    "face_score": Text("人脸可信度", "face score"),
    "scale": Text("缩放比", "scale"),
    "crown_px": Text("头顶距上边", "crown to top edge"),
    "eye_line_px": Text("眼睛距上边", "eyes to top edge"),
    "chin_px": Text("下巴距上边", "chin to top edge"),
    "face_width_px": Text("脸宽", "face width"),
    "centre_offset_px": Text("偏离中线", "off centre"),
    "tilt_deg": Text("瞳孔连线角度", "tilt of the pupils"),
    "yaw_ratio": Text("左右偏转", "turn of the head"),
    "head_room_px": Text("头顶留空", "room above the head"),
    "shoulder_room_px": Text("肩部余量", "room beside the shoulders"),
    "backdrop_distance": Text("背景色差", "backdrop colour"),
    "backdrop_spread": Text("背景不均", "backdrop spread"),
    "clothes_distance": Text("衣服与背景色差", "clothes to backdrop"),
    "sharpness": Text("清晰度", "sharpness"),
    "face_luma": Text("面部亮度", "face brightness"),
    "face_clipped_pct": Text("面部过曝", "face burnt out"),
    "glare_pct": Text("反光", "glare"),
    "size_kb": Text("文件大小", "file size"),
    "quality": Text("压缩质量", "JPEG quality"),
}


def title(column: str, language: Language) -> str:
    """What a column is called; a column without a title, such as a receiver's own code, keeps its name.

    >>> title("crown_px", "zh"), title("YXDM", "zh")
    ('头顶距上边', 'YXDM')
    """
    return COLUMNS[column].say(language) if column in COLUMNS else column
