"""The reason catalogue: the single source of every code, its words, its severity and what to do about it.

R1xx roster and identity, L2xx capture and link, P3xx photo, T4xx record and table, S5xx session and campaign.
A code is never renumbered or reused. A profile may change a severity, never a meaning.
"""

from enum import StrEnum
from typing import Self

from schemas.words import Text


class Severity(StrEnum):
    """`block` keeps an enrolment out of the bundle, `warn` asks for a look, `info` is for the record."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


BLOCK, WARN, INFO = Severity.BLOCK, Severity.WARN, Severity.INFO


class Reason(StrEnum):
    """Why something is not as it should be.

    `text` says what is wrong, `fix` what to do, `source` who asks for it (a key of `docs/sources.md`).

    >>> Reason("R114").text.zh
    '身份证号校验码不对'
    """

    severity: Severity
    text: Text
    fix: Text
    source: str
    waivable: bool

    def __new__(  # noqa: D102  what a member is made of stands above
        cls, code: str, severity: Severity, text: Text, fix: Text, source: str, waivable: bool = False
    ) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.severity, member.text, member.fix = severity, text, fix
        member.source, member.waivable = source, waivable
        return member

    # fmt: off
    # -- R1xx roster and identity ------------------------------------------------------------------------------
    STUDENT_NO_MISSING = (
        "R101", BLOCK, Text("没有学号", "The student number is missing"),
        Text("在名册中补上学号", "Fill in the student number in the roster"), "contract",
    )
    STUDENT_NO_REPEATED = (
        "R102", BLOCK, Text("学号在名册中出现不止一次", "The student number stands in several roster rows"),
        Text("删去多余的行，只留正确的一行", "Delete the surplus rows and keep the right one"), "S18",
    )
    NAME_MISSING = (
        "R103", BLOCK, Text("没有姓名", "The name is missing"),
        Text("按身份证补上姓名", "Fill in the name as on the ID document"), "S48",
    )
    NAME_TIDIED = (
        "R104", INFO, Text("姓名中的空格、间隔号、全角字母或不可见字符已规范", "Blanks, the dot, full-width letters or invisible characters in the name were tidied"),
        Text("无须处理；建议同时改正学籍系统中的写法", "Nothing to do; correct the source system as well"), "S18",
    )
    NAME_DAMAGED = (
        "R105", BLOCK,
        Text("姓名含问号等占位符号、自造字或控制字符", "The name holds a placeholder such as a question mark, a private-use or a control character"),
        Text("按身份证重新录入姓名", "Enter the name again as on the ID document"), "S57",
    )
    NAME_OUTSIDE_GBK = (
        "R106", WARN, Text("姓名含 GBK 以外的生僻字", "The name holds a character outside GBK"),
        Text("上传后核对平台显示的姓名", "After the upload, check how the platform shows the name"), "S98",
    )
    STUDENT_NO_DAMAGED = (
        "R107", BLOCK, Text("学号被表格软件改成了数值", "A spreadsheet turned the student number into a value"),
        Text("把该列设为文本格式后重新导出", "Format the column as text and export it again"), "S18",
    )
    DOCUMENT_NO_LEGACY = (
        "R108", BLOCK, Text("证件号码是 15 位的旧身份证号", "The number is a citizen's of 15 digits, which are out of use"),
        Text("按现用身份证填写 18 位号码；所示号码由旧号推出，须与身份证核对",
             "Enter the card's 18 characters; those shown follow from the old number and are to be compared with the card"), "S14",
    )
    DOCUMENT_TYPE_TOLD = (
        "R109", INFO, Text("没有证件类型，已按号码判定", "The document type is missing; the number tells it"),
        Text("无须处理；建议在学籍系统中补上证件类型", "Nothing to do; fill in the type in the source system as well"), "GB11643",
    )
    DOCUMENT_TYPE_MISSING = (
        "R110", BLOCK, Text("没有证件类型或类型不认识", "The document type is missing or unknown"),
        Text("填写证件类型，如 居民身份证、护照", "Fill in the document type, e.g. 居民身份证, 护照"), "S52",
    )
    DOCUMENT_NO_MISSING = (
        "R111", BLOCK, Text("没有证件号码", "The document number is missing"),
        Text("按证件补上号码", "Fill in the number as on the document"), "S48",
    )
    DOCUMENT_NO_DAMAGED = (
        "R112", BLOCK, Text("证件号码被表格软件改成了数值", "A spreadsheet turned the document number into a value"),
        Text("把该列设为文本格式后按证件重新录入", "Format the column as text and enter the number again"), "S18",
    )
    DOCUMENT_NO_MALFORMED = (
        "R113", BLOCK, Text("证件号码格式不对", "The document number does not have the form of its type"),
        Text("按证件核对号码和证件类型", "Check number and type against the document"), "GB11643",
    )
    DOCUMENT_NO_CHECK_DIGIT = (
        "R114", BLOCK, Text("身份证号校验码不对", "The ID number's check digit is wrong"),
        Text("按身份证核对号码，多半抄错一位", "Check the number against the card: most likely one digit is wrong"),
        "GB11643",
    )
    SEX_CONTRADICTS_DOCUMENT = (
        "R115", BLOCK, Text("性别与身份证号不符", "The sex contradicts the ID number"),
        Text("按身份证改正性别或号码", "Correct the sex or the number as on the card"), "GB11643",
    )
    BIRTH_CONTRADICTS_DOCUMENT = (
        "R116", BLOCK, Text("出生日期与身份证号不符", "The birth date contradicts the ID number"),
        Text("按身份证改正出生日期或号码", "Correct the birth date or the number as on the card"), "GB11643",
    )
    DOCUMENT_NO_SHARED = (
        "R117", BLOCK, Text("同一证件号码属于不同姓名的学生", "Students of different names share one document number"),
        Text("按证件核对这几名学生的号码", "Check the numbers of these students against their documents"), "S18",
    )
    DOCUMENT_NO_TIDIED = (
        "R118", INFO,
        Text("证件号码中的全角、空格、括号、连字符或小写 x 已规范", "Full-width characters, blanks, brackets, hyphens or a lower-case x were tidied"),
        Text("无须处理；建议同时改正学籍系统中的写法", "Nothing to do; correct the source system as well"), "GB11643",
    )
    SEX_MISSING = (
        "R119", BLOCK, Text("没有性别或不是 男/女", "The sex is missing or not 男/女"),
        Text("填写 男 或 女", "Fill in 男 or 女"), "S48",
    )
    BIRTH_MISSING = (
        "R120", BLOCK, Text("没有出生日期或日期不可读", "The birth date is missing or unreadable"),
        Text("按 年月日 8 位数字或 年-月-日 的写法填写", "Write it as YYYYMMDD or YYYY-MM-DD"), "S48",
    )
    UNIT_MISSING = (
        "R121", BLOCK, Text("没有院系", "The unit is missing"),
        Text("补上学院名称", "Fill in the unit's name"), "contract",
    )
    DOCUMENT_TYPE_CONTRADICTS = (
        "R122", BLOCK, Text("证件类型与号码不符", "The document type contradicts the number"),
        Text("按证件改正证件类型或号码", "Correct the type or the number as on the document"), "S83",
    )
    BIRTH_IN_FUTURE = (
        "R123", BLOCK, Text("出生日期晚于拍摄日期", "The birth date lies after the day of capture"),
        Text("按证件改正出生日期", "Correct the birth date as on the document"), "contract",
    )
    NAME_LONG = (
        "R124", WARN, Text("姓名过长，有的系统存不下", "The name is so long that some systems cannot hold it"),
        Text("上传后核对平台显示的姓名是否完整；不能截断", "After the upload, check that the platform shows all of it; it is never cut"), "S98",
    )
    NAME_UNUSUAL = (
        "R125", WARN, Text("姓名含数字、括号等符号，或间隔号位置不对", "The name holds digits, brackets or other signs, or a dot out of place"),
        Text("按身份证核对姓名，去掉附注和多余符号", "Check the name against the document; remove remarks and stray signs"), "S18",
    )
    REGION_UNKNOWN = (
        "R126", WARN, Text("身份证号前 6 位不是已知的地区码", "The ID number begins with no known region code"),
        Text("与身份证核对前 6 位；撤销的旧地区码仍然有效", "Check the first six digits against the card; codes given up since stay valid"), "S81",
    )
    AGE_UNUSUAL = (
        "R127", WARN, Text("按出生日期算出的年龄少见", "The age that follows from the birth date is unusual"),
        Text("按证件核对出生日期", "Check the birth date against the document"), "contract",
    )
    DOCUMENT_NO_RESEMBLES = (
        "R128", WARN, Text("疑似同一证件号抄错", "The number is almost another row's: perhaps the same, miscopied"),
        Text("核对这两行是否同一人；其中一个号码可能抄错一位或颠倒相邻两位",
             "Check whether both rows are one person: one number may have a wrong or two exchanged characters"), "S18",
    )
    NAME_DIFFERS = (
        "R129", BLOCK, Text("名册与证书信息表中的姓名不同", "The awards sheet has another name for this student number than the roster"),
        Text("按身份证核对姓名和学号，改正其中一张表", "Check name and student number against the ID document; correct one of the sheets"), "S18",
    )
    OTHER_ENTRY_YEAR = (
        "R131", INFO, Text("入学年份不在本次采集范围", "The entry year is not part of this campaign"),
        Text("无须处理；如应采集，请修改批次文件的 entry_years 或 make_up_from",
             "Nothing to do; if wrong, edit entry_years or make_up_from in the campaign file"), "notice",
    )
    OTHER_CERTIFICATE = (
        "R132", INFO, Text("证书类别不在本次采集范围", "The kind of certificate is not part of this campaign"),
        Text("无须处理；单证学生自行到照相馆拍摄，另设批次处理",
             "Nothing to do; single-certificate students bring studio photos, in a campaign of their own"), "notice",
    )
    UNIT_EXCLUDED = (
        "R133", INFO, Text("所在单位不参加本次采集", "The unit is not part of this campaign"),
        Text("无须处理；如应采集，请修改批次文件的 exclude_units",
             "Nothing to do; if wrong, edit exclude_units in the campaign file"), "notice",
    )
    ENTRY_YEAR_UNKNOWN = (
        "R134", BLOCK, Text("入学日期不可读，无法判断是否应采集", "The entry date is unreadable: eligibility cannot be told"),
        Text("补上入学日期或年级", "Fill in the entry date or year"), "notice",
    )
    CERTIFICATE_UNKNOWN = (
        "R135", BLOCK, Text("没有证书类别，无法判断是否应采集", "The kind of certificate is missing: eligibility cannot be told"),
        Text("补上证书类别，如 双证、单证", "Fill in the kind of certificate, e.g. 双证, 单证"), "notice",
    )
    ALREADY_REGISTERED = (
        "R140", INFO, Text("学信网已有注册照片，不再上报", "A photo is already registered; it is not sent again"),
        Text("无须处理", "Nothing to do"), "S42",
    )
    WITHDRAWN = (
        "R141", INFO, Text("已退学、转出或不再有学籍", "The student has withdrawn, moved away or is no longer enrolled"),
        Text("无须处理；如仍在读，请改正名册中的学籍状态", "Nothing to do; if still enrolled, correct the status in the roster"), "MOE41",
    )
    DEFERRED = (
        "R142", INFO, Text("延期毕业，本次不采集", "Graduation is deferred; there is no capture in this campaign"),
        Text("无须处理；如应采集，请在批次文件的 capture_statuses 中加上此状态",
             "Nothing to do; if wrong, add the status to capture_statuses in the campaign file"), "notice",
    )
    SUSPENDED = (
        "R143", INFO, Text("休学、保留学籍或尚未注册", "Studies are suspended or not yet begun"),
        Text("无须处理；复学后随所在年级补采，或在批次文件的 capture_statuses 中加上此状态",
             "Nothing to do until the student returns; if wrong, add the status to capture_statuses in the campaign file"), "MOE41",
    )
    FINISHED = (
        "R144", INFO, Text("已毕业、结业或肄业离校", "The student has left, with or without a certificate"),
        Text("无须处理；如应采集，请在批次文件的 capture_statuses 中加上此状态",
             "Nothing to do; if wrong, add the status to capture_statuses in the campaign file"), "MOE41",
    )
    STATUS_UNKNOWN = (
        "R145", BLOCK, Text("没有学籍状态或状态不认识，无法判断是否应采集", "The enrolment status is missing or unknown: eligibility cannot be told"),
        Text("按学籍系统填写，如 在读、休学、退学；或把此写法列入批次文件的 capture_statuses 或 exclude_statuses",
             "Write it as the registry does, e.g. 在读, 休学, 退学; or list it in capture_statuses or exclude_statuses of the campaign file"), "S59",
    )
    GRADUATES_EARLY = (
        "R146", INFO, Text("提前毕业，不受入学年份限制", "The student graduates early: a later entry year does not matter"),
        Text("无须处理；如不应采集，请在批次文件的 exclude_statuses 中加上此状态",
             "Nothing to do; if wrong, add the status to exclude_statuses in the campaign file"), "MOE41",
    )
    MAKE_UP_YEAR = (
        "R147", INFO, Text("往届学生，属补采年级", "The student is of an earlier year, of which absentees are made up for"),
        Text("无须处理；往年已采集的，在名册的图像注册状态中写 已注册",
             "Nothing to do; if captured in an earlier year, write 已注册 as the roster's registration"), "notice",
    )
    OTHER_STUDENTS = (
        "R148", INFO, Text("学习形式、学生类别或学籍状态不在本次采集范围", "The form of study, kind of student or status is not part of this campaign"),
        Text("无须处理；如应采集，请修改批次文件的 study_forms、student_kinds 或 exclude_statuses",
             "Nothing to do; if wrong, edit study_forms, student_kinds or exclude_statuses in the campaign file"), "notice",
    )
    STUDENT_KIND_UNKNOWN = (
        "R149", BLOCK, Text("没有学习形式或学生类别，无法判断是否应采集", "The form of study or kind of student is missing: eligibility cannot be told"),
        Text("在名册中补上该项，如 非全日制、同等学力", "Fill it in in the roster, e.g. 非全日制, 同等学力"), "notice",
    )
    COUNTRY_CONTRADICTS_DOCUMENT = (
        "R150", BLOCK, Text("国家或地区与证件号码不符", "The country or region contradicts the document number"),
        Text("按证件改正国家或地区，或改正号码", "Correct the country or the number as on the document"), "S67",
    )
    ENTRY_IN_FUTURE = (
        "R151", BLOCK, Text("入学日期晚于拍摄日期", "The entry date lies after the day of capture"),
        Text("按学籍改正入学日期", "Correct the entry date as in the student register"), "S53",
    )

    CELL_CORRECTED = (
        "R160", INFO, Text("该项已按更正表改正", "The value was replaced by a correction"),
        Text("无须处理；建议同时改正原表，更正表仍要保留", "Nothing to do; correct the sheet as well, and keep the corrections file"), "contract",
    )
    STUDENT_NO_CORRECTED = (
        "R161", WARN, Text("学号已按更正表改动，这一行从此算作另一名学生的", "A correction changed the student number: the row is now another student's"),
        Text("核对学号、姓名和照片是否属于同一人", "Check that number, name and photo are one person's"), "contract",
    )

    IDENTITY_FAILED = (
        "R181", BLOCK, Text("学籍平台标注：身份核验未通过，不能注册", "The platform says that the identity check failed: registration is blocked"),
        Text("在学籍学历信息管理平台办理：监测预警 → 毕业生身份复核 → 复核结果备案；与照片无关",
             "On the platform: 监测预警 → 毕业生身份复核 → 复核结果备案; the photo is not at fault"), "S8",
    )
    IDENTITY_UNCERTAIN = (
        "R182", BLOCK, Text("学籍平台标注：身份核验不确定，不能注册", "The platform calls the identity uncertain: registration is blocked"),
        Text("在学籍学历信息管理平台办理：监测预警 → 毕业生身份复核 → 复核结果备案；与照片无关",
             "On the platform: 监测预警 → 毕业生身份复核 → 复核结果备案; the photo is not at fault"), "S8",
    )
    IDENTITY_ABNORMAL = (
        "R183", BLOCK, Text("学籍平台标注：身份核验异常，不能注册", "The platform calls the identity abnormal: registration is blocked"),
        Text("在学籍学历信息管理平台办理：监测预警 → 毕业生身份复核 → 复核结果备案；与照片无关",
             "On the platform: 监测预警 → 毕业生身份复核 → 复核结果备案; the photo is not at fault"), "S8",
    )
    REFUSED_BY_VENDOR = (
        "R184", WARN, Text("采集单位退回了已上报的照片", "The vendor refused the photo that was sent"),
        Text("通知学生补拍；新照片上报后自动了结", "Have the student come again; the case ends once a new photo is sealed"), "contract",
    )
    COMPLAINED_OF = (
        "R185", WARN, Text("学生对照片或信息有异议", "The student complained of the photo or the data"),
        Text("核实后补拍或更正；新照片上报后自动了结，不成立的用 regpack feedback --withdraw 撤销",
             "Look into it, then retake or correct; a new photo ends the case, regpack feedback --withdraw takes it back"), "notice",
    )

    # -- L2xx capture and link ---------------------------------------------------------------------------------
    NO_CAPTURE = (
        "L201", BLOCK, Text("没有拍摄", "There is no capture"),
        Text("通知学生补拍，照相馆照片通知补交", "Ask the student to come for a make-up capture, or to bring the studio photo"), "notice",
    )
    CAPTURE_DOUBTFUL = (
        "L202", BLOCK, Text("拍到的照片人像对应存疑", "The only captures are quarantined"),
        Text("由人核对存疑照片，或通知学生补拍", "Let a person check the quarantined captures, or retake"), "contract",
    )
    CAPTURE_UNREADABLE = (
        "L203", BLOCK, Text("拍到的照片文件无法读取", "The only captures cannot be read"),
        Text("从相机重新拷贝文件，或通知学生补拍", "Copy the file from the camera again, or retake"), "contract",
    )
    DELIVERED_BEFORE = (
        "L204", INFO, Text("先前的上报包中已有此人，本次没有新照片", "An earlier bundle holds this student; there is no new capture"),
        Text("无须处理", "Nothing to do"), "contract",
    )
    EVIDENCE_CONTRADICTS = (
        "L210", BLOCK, Text("几项证据指向不同的学生", "Pieces of evidence point to different students"),
        Text("由人看图核对", "Let a person compare the face"), "contract",
    )
    LINK_AMBIGUOUS = (
        "L211", BLOCK, Text("证据同时符合几名学生", "The evidence fits several enrolments"),
        Text("由人看图核对", "Let a person compare the face"), "contract",
    )
    CAPTURE_NOT_EXPECTED = (
        "L212", WARN, Text("被拍学生不在本次采集范围或已注册", "The student captured is not expected in this campaign"),
        Text("确认该生是否应采集", "Check whether this student is to be captured"), "notice",
    )
    CAPTURE_SHARED = (
        "L213", BLOCK, Text("同一张照片对应几名学生", "Identical pictures stand under several students"),
        Text("由人看图核对，找出真正的本人", "Let a person find out whose face it is"), "contract",
    )
    ORDER_SLIP = (
        "L214", BLOCK, Text("照片与姓名的顺序错位", "The names are shifted against the order of the captures"),
        Text("整段由人看图核对后重新命名，或通知学生补拍",
             "Let a person compare the faces of the whole run and name the files anew, or retake"), "notice",
    )
    MASK_NOT_UNIQUE = (
        "L217", BLOCK, Text("采集码只显示部分姓名和证件号码，名册中不止一人符合",
                            "The capture code shows name and number in part, and several students fit"),
        Text("由人看图核对", "Let a person compare the face"), "S12",
    )
    CAPTURE_ALIKE = (
        "L215", BLOCK, Text("几名学生的照片是同一画面", "Almost identical pictures stand under several students"),
        Text("由人看图核对，找出真正的本人，其余补拍", "Let a person find out whose face it is; the others need a retake"), "contract",
    )
    PICTURE_OF_ANOTHER = (
        "L216", BLOCK, Text("同一张照片先前已用于另一名学生", "An earlier run used this picture for another student"),
        Text("由人看图核对，并查先前的上报包；先前用错的，须向主管部门更正；学号确已变更的，另行核实",
             "Let a person compare the face and look at the earlier bundle; if that one was wrong, have the registers correct it; a changed student number is settled by hand"), "S42",
    )
    STRANGER = (
        "L220", WARN, Text("日志或文件名中的号码不在名册中", "The number logged or named is not in the roster"),
        Text("确认是否漏列名册；否则为外来人员", "Check whether the roster lacks this person"), "contract",
    )
    NO_EVIDENCE = (
        "L221", WARN, Text("没有任何证据说明拍的是谁", "Nothing says who was captured"),
        Text("对照现场记录，由人确认", "Let a person compare with the notes of the day"), "contract",
    )
    KEY_DAMAGED = (
        "L222", WARN, Text("日志或文件名中的号码已损坏，不能用来对应学生", "A number in the log or a file name is damaged and speaks for nobody"),
        Text("从读卡设备重新导出日志（号码列设为文本），或按原号码重新命名文件", "Export the log again with its numbers as text, or name the file after the number as it is"), "contract",
    )
    KEY_TIDIED = (
        "L223", INFO, Text("日志或文件名中号码的全角、空格、撇号或小写 x 已规范", "Full-width characters, blanks, apostrophes or a lower-case x in a logged or named number were tidied"),
        Text("无须处理", "Nothing to do"), "contract",
    )
    RETAKE_UNUSED = (
        "L230", INFO, Text("同一学生的另一张照片更合规格", "Another capture of the same student fits better"),
        Text("无须处理", "Nothing to do"), "contract",
    )
    LOG_LINE_UNUSED = (
        "L240", WARN, Text("采集日志有记录，但没有对应的照片", "The capture log has a line without a capture"),
        Text("检查相机存储卡是否漏拷", "Check whether a camera card was not copied"), "contract",
    )
    RETAKE_WAITING = (
        "L241", WARN, Text("已有上报的照片，补拍未采用，等待决定", "A photo was delivered already; the retake is not used and waits for a decision"),
        Text("两张都看过；要换用补拍的，用 regpack decide --choose 选用", "Look at both; to have the retake used, choose it with regpack decide --choose"), "contract",
    )
    DECISION_WITHOUT_CAPTURE = (
        "L242", WARN, Text("有一项决定没有用上：所指的照片不在本次照片中", "A decision was not used: its capture is not among the captures"),
        Text("把该照片放回照片文件夹，或撤销这项决定", "Put the capture back, or withdraw the decision"), "contract",
    )
    DECISION_UNUSABLE = (
        "L243", WARN, Text("有一项决定没有用上：所指的照片不能用于该学生", "A decision was not used: its capture cannot be the student's photo"),
        Text("核对照片和学生的状态，改作决定或撤销", "Check the states of capture and student; decide anew or withdraw"), "contract",
    )
    WAIVER_OF_ANOTHER = (
        "L244", WARN, Text("豁免所看的是另一张照片，不适用于现在采用的照片", "The waiver was given for another photo than the one used now"),
        Text("看过现在的照片后重新豁免，或重拍", "Look at the present photo and waive anew, or retake"), "contract",
    )
    WAIVER_EXPIRED = (
        "L245", WARN, Text("豁免已过有效期，不再有效", "The waiver is past its last day and counts no more"),
        Text("重新豁免，或重拍", "Waive anew, or retake"), "contract",
    )
    WAIVER_IDLE = (
        "L246", INFO, Text("豁免没有用上：采用的照片没有这个原因", "The waiver is not needed: the photo used does not have this reason"),
        Text("无须处理", "Nothing to do"), "contract",
    )
    REJECTED_BY_PERSON = (
        "L247", BLOCK, Text("由人决定退回", "A person rejected this student"),
        Text("按所写理由处理；理由不再成立的，撤销这项决定后再运行", "Settle what the reason says; withdraw the decision once it no longer holds"), "contract",
    )
    RETAKE_ASKED = (
        "L248", BLOCK, Text("由人决定补拍，已有的照片不用", "A person asked for a retake; the captures there were are not used"),
        Text("通知学生补拍；新照片符合规格即采用", "Ask the student to come again; a new capture that fits is used"), "contract",
    )
    CROP_UNUSED = (
        "L249", WARN, Text("人工裁切没有用上：不符合现在的规格", "The crop that a person placed was not used: it does not keep the present limits"),
        Text("重新裁切，或撤销这项决定", "Place the crop anew, or withdraw the decision"), "contract",
    )

    # -- P3xx photo ----------------------------------------------------------------------------------------------
    PHOTO_UNREADABLE = (
        "P301", BLOCK, Text("图像文件损坏，无法读取", "The image file is damaged and cannot be read"),
        Text("从相机重新拷贝文件，或通知学生补拍", "Copy the file from the camera again, or retake"), "S9",
    )
    FORMAT_NOT_AS_NAMED = (
        "P302", WARN, Text("文件内容不是 JPG", "The file is no JPEG inside, whatever its suffix says"),
        Text("已按实际格式读取；请检查导出设置", "It was read as what it is; check the export settings"), "S9",
    )
    COLOUR_UNKNOWN = (
        "P303", BLOCK, Text("色彩模式无法可靠转换", "The colour mode cannot be converted reliably"),
        Text("从相机重新导出 sRGB 的 JPG", "Export the capture again as an sRGB JPEG"), "S9",
    )
    ORIENTATION_APPLIED = (
        "P304", INFO, Text("已按相机方向标记转正", "The camera's orientation mark was applied"),
        Text("无须处理", "Nothing to do"), "S9",
    )
    LOCATION_REMOVED = (
        "P305", INFO, Text("原图含定位信息，成品中已去除", "The source held a GPS position; the photo does not"),
        Text("无须处理；建议关闭相机定位", "Nothing to do; switch the camera's GPS off"), "privacy",
    )
    PICTURE_DAMAGED = (
        "P306", BLOCK, Text("图像数据内部有损坏", "The picture's data is damaged inside"),
        Text("从相机重新拷贝文件；看图无碍时可由人放行", "Copy the file again; if it looks sound, a person may let it pass"),
        "T81", True,
    )
    FORMAT_NOT_READ = (
        "P307", BLOCK, Text("不是 JPG，而是不支持的格式", "The file is no JPEG but of a format that is not read"),
        Text("在手机或电脑上导出为 JPG（iPhone 请选“兼容性最佳”）后重新放入", "Export it as JPEG and put that in its place"), "S9",
    )
    TRAILING_BYTES_REMOVED = (
        "P308", INFO, Text("图像之后的多余数据已去除", "Data behind the picture was removed"),
        Text("无须处理", "Nothing to do"), "S9",
    )
    SOURCE_OVERCOMPRESSED = (
        "P309", WARN, Text("原图压缩过度", "The source was compressed too much"),
        Text("优先使用相机原图；看图清晰时可以接受", "Better use the camera's own file; acceptable if it looks sharp"), "S9", True,
    )
    NO_FACE = (
        "P310", BLOCK, Text("没有检测到人脸", "No face was found"),
        Text("看图核对；确为本人时重拍", "Look at the picture; retake it"), "S9",
    )
    SEVERAL_FACES = (
        "P311", BLOCK, Text("检测到多张人脸", "Several faces were found"),
        Text("重拍，画面中只能有本人", "Retake with nobody else in the picture"), "S9",
    )
    DETECTORS_DISAGREE = (
        "P312", BLOCK, Text("两种人脸检测结果不一致", "Two face detectors do not agree"),
        Text("由人看图核对，或重拍", "Let a person look at the picture, or retake it"), "contract",
    )
    CROWN_POSITION = (
        "P320", BLOCK, Text("头顶距离顶部百分比不合格", "The crown is too near to or too far from the top edge"),
        Text("重拍，头顶上方多留空，发髻放低", "Retake with more room above the head and a lower hairdo"), "S9", True,
    )
    EYE_POSITION = (
        "P321", BLOCK, Text("眼睛中心距离顶部百分比不合格", "The eye line is too near to or too far from the top edge"),
        Text("重拍，人像居中，上下留空适当", "Retake with the head in its place"), "S9", True,
    )
    FACE_WIDTH = (
        "P322", BLOCK, Text("脸宽不合格", "The face is too wide or too narrow"),
        Text("重拍，调整拍摄距离", "Retake from another distance"), "S9", True,
    )
    OFF_CENTRE = (
        "P323", BLOCK, Text("人像左右不居中", "The face is not centred"),
        Text("重拍，人像居中", "Retake with the face centred"), "S9", True,
    )
    SOURCE_TOO_SMALL = (
        "P324", BLOCK, Text("原图太小，须放大才能达到规格", "The source is too small and would have to be enlarged"),
        Text("用相机原图，或重拍", "Use the camera's own file, or retake"), "S9",
    )
    HEAD_CUT = (
        "P325", BLOCK, Text("头顶被裁切", "The top of the head is cut off"),
        Text("重拍，头顶上方留空", "Retake with room above the head"), "S9",
    )
    SHOULDER_CUT = (
        "P326", BLOCK, Text("肩部不完整", "A shoulder is cut off"),
        Text("重拍，双肩完整入画", "Retake with both shoulders in the picture"), "S16", True,
    )
    HEAD_TILTED = (
        "P330", BLOCK, Text("瞳孔平行角度不合格", "The pupils are not level: the head is tilted"),
        Text("重拍，头部端正", "Retake with the head upright"), "S23", True,
    )
    HEAD_TURNED = (
        "P331", BLOCK, Text("头部左右偏转", "The head is turned to one side"),
        Text("重拍，正对镜头", "Retake facing the camera"), "S23", True,
    )
    BACKDROP_COLOUR = (
        "P340", BLOCK, Text("背景颜色不合格", "The backdrop has the wrong colour"),
        Text("检查背景布和白平衡后重拍", "Check backdrop and white balance, and retake"), "S9", True,
    )
    BACKDROP_UNEVEN = (
        "P341", BLOCK, Text("背景不均匀", "The backdrop is uneven"),
        Text("调整灯光，消除阴影后重拍", "Rearrange the lamps against shadows, and retake"), "S9", True,
    )
    CLOTHES_LIKE_BACKDROP = (
        "P342", BLOCK, Text("衣服颜色与背景相近", "The clothes are too near to the backdrop's colour"),
        Text("换下蓝色上衣后重拍", "Retake without a blue top"), "notice", True,
    )
    BACKDROP_SHADOW = (
        "P343", BLOCK, Text("背景有阴影", "The sitter casts a shadow on the backdrop"),
        Text("人离背景布远一些，调整灯光后重拍", "Retake farther from the backdrop, with the lamps rearranged"), "S9", True,
    )
    BORDER = (
        "P344", BLOCK, Text("黑边检测不合格", "A border runs along an edge"),
        Text("用相机原图，不用翻拍或加框的照片；或重拍", "Use the camera's own file, no framed or copied print; or retake"), "S9",
    )
    BACKDROP_GRADIENT = (
        "P345", BLOCK, Text("背景有渐变", "The backdrop fades from one side to the other"),
        Text("两侧灯光调到一样亮后重拍", "Set the lamps to the same strength, and retake"), "S9", True,
    )
    BLURRED = (
        "P350", BLOCK, Text("照片清晰度不合格", "The photo is not sharp"),
        Text("重新对焦后重拍", "Focus anew and retake"), "S19", True,
    )
    TOO_DARK = (
        "P351", BLOCK, Text("面部曝光不足", "The face is too dark"),
        Text("调整灯光后重拍", "Rearrange the lamps and retake"), "S9", True,
    )
    TOO_BRIGHT = (
        "P352", BLOCK, Text("面部曝光过度", "The face is too bright"),
        Text("调整灯光后重拍", "Rearrange the lamps and retake"), "S9", True,
    )
    GLARE = (
        "P353", BLOCK, Text("眼镜或面部反光", "Glasses or face reflect a lamp"),
        Text("调整灯光或眼镜角度后重拍", "Move the lamps or tilt the glasses, and retake"), "S9", True,
    )
    FACE_UNBALANCED = (
        "P354", BLOCK, Text("面部左右明暗不一（阴阳脸）", "One side of the face is much darker than the other"),
        Text("两侧灯光调到一样亮后重拍", "Set the lamps to the same strength, and retake"), "S9", True,
    )
    COLOUR_CAST = (
        "P355", BLOCK, Text("肤色偏色", "The skin has a colour cast"),
        Text("检查白平衡和杂光后重拍", "Check the white balance and stray light, and retake"), "S9", True,
    )
    NOT_IN_COLOUR = (
        "P356", BLOCK, Text("不是彩色照片", "The photo is not in colour"),
        Text("从相机重新导出彩色照片，或重拍", "Export the capture again in colour, or retake"), "S9",
    )
    SIZE_OUT_OF_REACH = (
        "P360", BLOCK, Text("文件大小不合格", "The file's size is outside the limits"),
        Text("重拍；画面过于杂乱或过于平淡", "Retake; the picture is too busy or too flat"), "S9",
    )
    SIZE_UNUSUAL = (
        "P361", WARN, Text("文件大小不在通常范围", "The file's size is outside the usual range"),
        Text("一般可以接受", "Usually accepted"), "S9", True,
    )
    DERIVATIVE_UNMADE = (
        "P370", BLOCK, Text("衍生图像无法生成", "A further picture of the crop cannot be made"),
        Text("用像素更多的相机原图，或靠近后重拍", "Use the camera's own file with more pixels, or retake from nearer by"), "contract",
    )
    PASSED_THROUGH = (
        "P371", INFO, Text("来图已符合规格，未重新压缩", "The file met the profile already and was not encoded again"),
        Text("无须处理", "Nothing to do"), "S9",
    )
    PHOTO_NOT_ASSESSED = (
        "P390", BLOCK, Text("有指标无法判定", "Something could not be assessed"),
        Text("由人看图核对", "Let a person look at the picture"), "contract", True,
    )

    # -- T4xx record and table -------------------------------------------------------------------------------------
    VALUE_MISSING = (
        "T401", BLOCK, Text("上报表缺少必填项", "A table's required value is missing"),
        Text("在名册或证书信息表中补上该项", "Fill it in in the roster or the awards sheet"), "S51",
    )
    VALUE_TOO_LONG = (
        "T402", BLOCK, Text("内容超过上报表的字段宽度", "A value is longer than the table's field"),
        Text("与学校平台核对该项的写法，不能截断", "Check how the platform writes it; it is never cut"), "S53",
    )
    VALUE_MALFORMED = (
        "T403", BLOCK, Text("内容格式不符合上报表要求", "A value does not have the form that the table asks for"),
        Text("改正该项", "Correct the value"), "S53",
    )
    VALUE_NOT_LISTED = (
        "T404", BLOCK, Text("内容不在上报表允许的取值中", "A value is not one that the table allows"),
        Text("改用允许的取值", "Use one of the allowed values"), "S53",
    )
    VALUE_REPEATED = (
        "T405", BLOCK, Text("应当唯一的内容重复", "A value that must be unique is repeated"),
        Text("核对重复的号码", "Check the repeated numbers"), "S58",
    )
    NUMBER_CONTRADICTS = (
        "T406", BLOCK, Text("证书编号与学校、年份或层次不符", "The certificate number contradicts school, year or level"),
        Text("核对证书编号", "Check the certificate number"), "S58",
    )
    AWARD_REPEATED = (
        "T407", BLOCK, Text("证书信息表中该学号不止一行", "The awards sheet has several rows for this student number"),
        Text("删去多余的行", "Delete the surplus rows"), "contract",
    )
    PHOTO_NAME_TAKEN = (
        "T410", BLOCK, Text("照片文件名与另一名学生相同", "Another student's photo has the same file name"),
        Text("同一人有两个学籍时请分批上报", "Send two enrolments of one person in separate campaigns"), "S14",
    )
    VALUE_AS_FORMULA = (
        "T411", BLOCK, Text("以 = + - @ 开头，用表格软件打开 CSV 时会被当作公式执行", "It begins with = + - or @: a spreadsheet that opens the CSV would run it"),
        Text("核对该项；确实如此书写的，改用不写 CSV 的表（files）", "Check the value; if it is right, use a table whose files have no CSV"), "contract",
    )
    VALUE_OUTSIDE_GBK = (
        "T412", BLOCK, Text("含有 GBK 没有的字，DBF 写不出来", "It holds a character that GBK, and so the DBF, cannot"),
        Text("与接收方核对写法；或改用不写 DBF 的表（files）", "Ask the receiver how to write it, or use a table whose files have no DBF"), "S60",
    )
    DEGREE_CONTRADICTS_LEVEL = (
        "T420", BLOCK, Text("学位类别码与培养层次不符", "The degree category contradicts the level of study"),
        Text("核对学位类别码和层次：博士以 2 开头，硕士以 3 开头", "Check both: doctors' codes begin with 2, masters' with 3"), "S94",
    )
    CODE_CONTRADICTS_TEXT = (
        "T421", BLOCK, Text("代码与文字说的不是同一项", "The code and the text beside it mean different things"),
        Text("按证书核对代码和名称，改正其中一项", "Check code and name against the certificate; correct one of them"), "S70",
    )
    DEGREE_OUTSIDE_DISCIPLINE = (
        "T422", WARN, Text("学位类别与专业代码的学科门类不合", "The degree is not one that the discipline of the major usually grants"),
        Text("核对专业代码和学位类别码；学位评定委员会另有决定的，无须处理", "Check both codes; nothing to do where the degree committee decided so"), "S95",
    )
    CODE_UNLISTED = (
        "T423", WARN, Text("代码格式正确，但不在已知的代码表中", "The code is well formed, but not on the table as far as it is known"),
        Text("与现行代码表核对", "Check it against the table in force"), "S95",
    )
    DATES_OUT_OF_ORDER = (
        "T424", BLOCK, Text("日期先后颠倒", "The dates are out of order"),
        Text("核对出生、入学、毕业和获学位日期", "Check the dates of birth, entry, graduation and award"), "S53",
    )
    DEGREE_WITHOUT_GRADUATION = (
        "T425", BLOCK, Text("结论为结业，却填有学位信息", "The student only completed, yet the awards sheet has a degree"),
        Text("核对结论；结业不授予学位，请删去学位类别和学位证书编号", "Check the conclusion; whoever only completed is awarded no degree: clear category and number"), "usage",
    )

    NUMBER_WITHOUT_RANGE = (
        "T430", BLOCK, Text("没有适用于该层次和学习形式的证书编号号段", "No range of certificate numbers serves this level and form of study"),
        Text("在批次文件中补上 [[numbers]] 号段，或在证书信息表中填写编号",
             "Add a range under [[numbers]] in the campaign file, or enter the number in the awards sheet"), "S58",
    )
    NUMBERS_EXHAUSTED = (
        "T431", BLOCK, Text("证书编号号段已用完", "The range of certificate numbers is used up"),
        Text("延长号段或另加一个号段后重新运行", "Extend the range or add another, and run again"), "S62",
    )
    NUMBER_TAKEN = (
        "T432", BLOCK, Text("这个证书编号已编给另一名学生", "This certificate number was issued to another student"),
        Text("对照已发的证书核对两人的编号", "Compare both students' numbers with the certificates handed out"), "S58",
    )
    NUMBER_OF_OTHER_RANGE = (
        "T433", BLOCK, Text("证书编号在别的层次、学习形式或批次的号段中", "The certificate number lies in a range of another level, form of study or season"),
        Text("核对证书编号和号段", "Check the number and the ranges"), "S62",
    )
    NUMBER_CHANGED = (
        "T434", BLOCK, Text("证书编号与先前上报包中的不同", "The certificate number is not the one that an earlier bundle holds"),
        Text("每名学生只有一个编号：对照已发的证书，改回原编号；经批准确须更正的，在规格中把 T434 改为 warn",
             "A student has one number: compare with the certificate and go back to it; if a change was approved, make T434 a warn in the profile"), "S62",
    )
    NUMBER_SEALED_FOR_ANOTHER = (
        "T438", BLOCK, Text("先前的上报包中这个证书编号是另一名学生的", "An earlier bundle holds this certificate number for another student"),
        Text("对照已发的证书核对两人的编号；确系先前填错、已经更正的，在规格中把 T438 改为 warn",
             "Compare both students' numbers with their certificates; if the earlier one was wrong and is put right, make T438 a warn in the profile"), "S58",
    )
    NUMBER_OUTSIDE_RANGES = (
        "T435", WARN, Text("学校自编的证书编号不在任何号段中", "The school's own certificate number lies outside every range"),
        Text("核对证书编号；确属号段以外的，无须处理", "Check the number; nothing to do if it is meant to lie outside"), "S62",
    )
    DIPLOMA_EXCHANGED = (
        "T436", INFO, Text("结业换发毕业证书，沿用原证书编号", "A certificate of completion became a diploma; it keeps its number"),
        Text("无须处理", "Nothing to do"), "S62",
    )
    EXCHANGE_NOT_REMARKED = (
        "T437", WARN, Text("结业换毕业，但备注中没有注明", "A certificate of completion became a diploma, but the remark does not say so"),
        Text("在证书信息表的备注中补写“结业换毕业”", "Add 结业换毕业 to the remark in the awards sheet"), "S62",
    )

    # -- S5xx session and campaign -----------------------------------------------------------------------------------
    WEEKDAY_CONTRADICTS = (
        "S501", WARN, Text("场次的星期与日期不符", "The session's weekday contradicts its date"),
        Text("核对采集安排表", "Check the schedule"), "notice",
    )
    HEAD_COUNT_DIFFERS = (
        "S502", INFO, Text("场次人数与名册不符", "The session's head count differs from the roster"),
        Text("核对采集安排表和名册", "Check the schedule against the roster"), "notice",
    )
    WITHOUT_SESSION = (
        "S503", INFO, Text("学生不属于任何场次", "The enrolment belongs to no session"),
        Text("核对采集安排表的单位名称", "Check the unit names of the schedule"), "notice",
    )
    AWARD_WITHOUT_ROSTER = (
        "S504", WARN, Text("证书信息表中的学号不在名册中", "The awards sheet names a student who is not in the roster"),
        Text("核对学号", "Check the student number"), "contract",
    )
    TOTAL_DIFFERS = (
        "S505", WARN, Text("采集安排表的合计与各场次人数之和不符", "A total of the schedule is not the sum of its sessions"),
        Text("核对各场次人数和合计，改正其中一处", "Check the head counts and the total, and correct one of them"), "notice",
    )
    SESSIONS_OVERLAP = (
        "S506", WARN, Text("同一地点的两个场次时间重叠", "Two sessions in one room overlap"),
        Text("核对采集安排表；确系两个单位同场的，无须处理", "Check the schedule; nothing to do if two units share the slot"), "notice",
    )
    SESSION_ENDS_FIRST = (
        "S507", WARN, Text("场次的结束时间不晚于开始时间，是否按时无法判定", "The session does not end after it begins: who was on time cannot be told"),
        Text("改正采集安排表中的时间", "Correct the times in the schedule"), "notice",
    )
    UNIT_SPLIT = (
        "S508", INFO, Text("同一单位、层次排了几个场次：学生计入其拍摄时间所在的场次，其余计入第一场", "A unit and level stands in several sessions: students count in the one they came in, all others in the first"),
        Text("无须处理；如系重复，删去多余的一行", "Nothing to do; delete the line if it is a double"), "notice",
    )
    LATE = (
        "S510", INFO, Text("不在规定时间内拍摄", "The capture was taken outside the session's time"),
        Text("无须处理", "Nothing to do"), "notice",
    )
    OUT_OF_PLACE = (
        "S511", INFO, Text("不在规定地点拍摄", "The capture was taken in another room"),
        Text("无须处理", "Nothing to do"), "notice",
    )
    OTHER_DAY = (
        "S512", INFO, Text("不在规定的日期拍摄", "The capture was taken on another day than the session's"),
        Text("无须处理；整场如此的，核对安排表日期和相机时钟", "Nothing to do; if a whole session is, check the schedule's date and the camera's clock"), "notice",
    )
    ROOM_UNKNOWN = (
        "S513", INFO, Text("机位与采集安排表的任何地点都对不上，无法判定是否在规定地点", "The camera belongs to no room of the schedule: whether the room was right cannot be told"),
        Text("把照片文件夹改为地点末尾的名称，如 E201；一室多机写 E201-2", "Name the captures' folder as the room ends, e.g. E201, and a second camera there E201-2"), "contract",
    )
    READER_SILENT = (
        "S514", WARN, Text("这个场次有照片，但该机位没有一条登记", "There are captures of this session, but its camera's reader wrote no line"),
        Text("查找该机位读卡器的日志；没有的，照片只能凭文件名对应", "Look for the reader's log; without it only file names can link these captures"), "notice",
    )
    CAMERA_SILENT = (
        "S515", WARN, Text("这个场次有登记，但该机位没有一张照片", "There are log lines of this session, but no capture of its camera"),
        Text("查看相机存储卡是否漏拷，并核对相机时钟", "See whether a camera card was not copied, and check the camera's clock"), "notice",
    )
    LOGGED_DIFFERS = (
        "S516", INFO, Text("场次的登记人数与已拍人数不同", "More or fewer students of the session were logged than captured"),
        Text("对照缺拍名单和未用的登记", "Compare the list of the missing with the unused log lines"), "notice",
    )
    SLOT_TOO_SHORT = (
        "S517", INFO, Text("按每人所需时间，场次排得太短", "The session is too short for its head count at the pace of the day"),
        Text("下次安排时延长该场次或增加机位", "Plan a longer session or another camera next time"), "notice",
    )
    CLOCK_OFF = (
        "S530", INFO, Text("相机时钟与刷卡机不一致，已按估计的差值核对", "The camera's clock is off; times were compared by the difference found"),
        Text("下次采集前校准相机时钟", "Set the camera's clock before the next capture"), "contract",
    )
    ORDER_NOT_ASSESSED = (
        "S531", INFO, Text("不能按时间核对照片的顺序", "The order of the captures cannot be checked by their times"),
        Text("由班级在校样上逐人签字确认", "Let the class sign its proof sheet, face by face"), "contract",
    )
    SLIP_FOUND = (
        "S540", WARN, Text("发现顺序错位，整段存疑", "An order slip was found; its whole run is quarantined"),
        Text("从这一段的第一张起由人看图核对", "Let a person compare the faces from the first capture of the run"), "notice",
    )
    COUNTER_GAP = (
        "S532", INFO, Text("相机文件编号有空缺", "The camera's file numbers have gaps"),
        Text("核对是否有照片被删或漏拷", "Check whether pictures were deleted or not copied"), "DCF",
    )
    BODIES_MIXED = (
        "S533", WARN, Text("同一文件夹中有两台相机的照片", "One folder holds the pictures of two cameras"),
        Text("按相机分开文件夹后重新运行，日志中的机位也要分开", "Give each camera a folder and a name in the log of its own, and run again"), "contract",
    )
    CLOCK_GOES_BACK = (
        "S534", WARN, Text("文件编号往后，拍摄时间却往前", "File numbers go on, but the time of capture goes back"),
        Text("核对相机是否当天调过时钟，或文件来自两台相机", "Check whether the camera's clock was set that day, or files of two cameras were mixed"), "contract",
    )
    TIME_MISSING = (
        "S535", INFO, Text("照片没有拍摄时间", "Captures tell no time of capture"),
        Text("请用相机原文件；经社交软件转发的会丢失时间", "Use the camera's own files; what was sent through messengers loses it"), "EXIF",
    )
    RESAVED = (
        "S536", WARN, Text("照片被软件另存过，不是相机原文件", "Captures were saved again by software: they are not the camera's own files"),
        Text("改交相机原文件；不得修图", "Hand over the camera's own files; photos must not be edited"), "S9",
    )
    CORRECTION_LOST = (
        "S520", WARN, Text("更正没有执行：找不到所指的行", "A correction was not made: its row cannot be found"),
        Text("按现在的表核对学号、行号和原值后改写更正表，或删去该更正",
             "Check student number, row and old value against the sheet as it is now; change the corrections file or delete the line"), "contract",
    )
    CORRECTION_STALE = (
        "S521", BLOCK, Text("更正没有执行：表中现值已不是所写的原值", "A correction was not made: the cell no longer holds the old value"),
        Text("核对以哪个值为准，在更正表中改写原值或删去该更正",
             "Decide which value is right; in the corrections file change the old value or delete the line"), "contract",
    )
    CORRECTIONS_CONFLICT = (
        "S522", BLOCK, Text("更正没有执行：同一单元格有两个不同的更正", "Corrections were not made: two of one cell differ"),
        Text("在更正表中只留正确的一个", "Keep the right one in the corrections file"), "contract",
    )
    CORRECTION_IDLE = (
        "S523", INFO, Text("更正与表中现值相同，没有改动", "A correction changes nothing: the cell holds its value already"),
        Text("无须处理；可从更正表中删去", "Nothing to do; the line may go from the corrections file"), "contract",
    )
    DECISION_OF_NOBODY = (
        "S550", WARN, Text("有一项决定没有用上：名册中没有这个学号，或不止一行", "A decision was not used: the student number stands in no roster row, or in several"),
        Text("核对学号和名册，改作决定或撤销", "Check number and roster; decide anew or withdraw"), "contract",
    )
    FROZEN = (
        "S551", WARN, Text("批次已过冻结日期，本次没有上报", "The campaign's freeze date has passed: nothing was sealed"),
        Text("确须上报的，写明理由：--after-freeze 理由 --by 姓名", "If it must be sealed, give a reason: --after-freeze REASON --by NAME"), "contract",
    )
    SEALED_AFTER_FREEZE = (
        "S552", INFO, Text("冻结日期之后经说明理由上报", "Sealed after the freeze date, for a reason given"),
        Text("无须处理；理由写在上报包的封面上", "Nothing to do; the reason stands on the bundle's cover sheet"), "contract",
    )
    LET_IN_BY_NAME = (
        "S553", INFO, Text("往届学生，经补拍点名列入", "A student of an earlier year, let in by name for a make-up"),
        Text("无须处理；全年级补拍的，请写入批次文件的 make_up_from", "Nothing to do; for a whole year use make_up_from in the campaign file"), "contract",
    )
    NAMED_OUTSIDE = (
        "S554", WARN, Text("点名补拍的学生已注册或不在采集范围，没有列入", "A student named for a make-up is registered or not to be captured, and was left out"),
        Text("核对名单；确应采集的，先更正名册或批次文件", "Check the list; if right, correct roster or campaign file first"), "contract",
    )
    # fmt: on


REASONS: dict[str, Reason] = {reason.value: reason for reason in Reason}
"""The catalogue by code."""
