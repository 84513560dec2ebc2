"""The roster as the school exports it: one row of text per enrolment."""

from flows.demo.cohort import Student
from flows.demo.people import Kind
from flows.demo.school import school

STATUSES = {
    Kind.EARLY: "提前毕业", Kind.DEFERRED: "延期毕业", Kind.SUSPENDED: "休学", Kind.WITHDRAWN: "退学",
}  # fmt: skip
"""Enrolment statuses other than the usual one."""

Row = dict[str, str | float]
"""A sheet row by header; a number is what the spreadsheet took for one."""

NOT_REGISTERED, REGISTERED = "未注册", "已注册"


def row_of(student: Student) -> Row:
    """The row as it should be."""
    person, major = student.person, student.major
    return {
        "学号": student.student_no,
        "姓名": person.name,
        "性别": "女" if person.woman else "男",
        "出生日期": f"{person.born:%Y%m%d}",
        "证件类型": person.document_type,
        "证件号码": person.document_no,
        "考生号": student.examinee_no,
        "国家或地区": person.country,
        "院系": major.unit,
        "班级": student.class_name,
        "专业代码": major.code,
        "专业名称": major.name,
        "层次": f"{major.level}研究生",
        "学习形式": student.form,
        "学制": major.years,
        "入学日期": f"{student.entry_year}{school().entry_month_day}",
        "证书类别": student.certificate,
        "学籍状态": STATUSES.get(student.kind, "在读"),
        "图像注册状态": NOT_REGISTERED,
    }
