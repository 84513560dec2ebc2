"""The awards sheet: certificate numbers, degrees and invented theses, known some months before graduation."""

from collections.abc import Iterable, Iterator
from functools import cache
from random import Random

from flows.demo import names
from flows.demo.cohort import Student
from flows.demo.school import school, toml
from schemas.campaign import Strict

DIPLOMA_LEVEL = {"博士": "01", "硕士": "02"}
DEGREE_LEVEL = {"博士": "2", "硕士": "3"}


class Subject(Strict):
    """What theses of one subject are about."""

    topics: tuple[str, ...]
    methods: tuple[str, ...]
    aspects: tuple[str, ...]
    fields: tuple[str, ...]


class Theses(Strict):
    """What theses are put together from: `data/theses.toml`."""

    types: tuple[str, ...]
    origins: tuple[str, ...]
    language: str
    separator: str
    templates: tuple[str, ...]
    subjects: dict[str, Subject]


@cache
def theses() -> Theses:
    """The packaged thesis parts."""
    return Theses.model_validate(toml("theses"))


def awards(students: Iterable[Student], seed: int) -> Iterator[dict[str, str]]:
    """One row per student, by header; titles and numbers are distinct."""
    rng, titles = Random(f"{seed}/awards"), set[str]()
    for serial, student in enumerate(students, start=1):
        yield {
            "学号": student.student_no,
            **numbers(student, serial),
            **thesis(student, titles, rng),
            "备注": "",
        }


def numbers(student: Student, serial: int) -> dict[str, str]:
    """Conclusion, certificate numbers (18 digits, and 16 since the rule of the degree office) and degree."""
    home, level = school(), student.major.level
    year = f"{home.graduation_date:%Y}"
    return {
        "毕结业结论": "毕业",
        "毕业证书编号": f"{home.school_code}1{year}{DIPLOMA_LEVEL[level]}{serial:06}",
        "学位证书编号": f"{home.school_code}{DEGREE_LEVEL[level]}{home.award_date:%Y}{serial:06}",
        "学位类别码": student.major.degree_code,
        "学位类别": student.major.degree_name,
    }


def thesis(student: Student, titles: set[str], rng: Random) -> dict[str, str]:
    """Adviser and thesis; adds the title to those taken."""
    parts, subject = theses(), theses().subjects[student.major.subject]
    words = [rng.choice(subject.topics), rng.choice(subject.methods), rng.choice(subject.aspects)]
    title = rng.choice(parts.templates).format(topic=words[0], method=words[1], aspect=words[2])
    if title in titles:
        title = f"{title}（{len(titles)}）"
    titles.add(title)
    return {
        "导师姓名": names.han_name(rng.random() < 0.3, rng),
        "论文类型": rng.choice(parts.types),
        "论文题目": title,
        "论文关键词": parts.separator.join(words),
        "论文选题来源": rng.choice(parts.origins),
        "论文研究方向": rng.choice(subject.fields),
        "论文撰写语种": parts.language,
    }
