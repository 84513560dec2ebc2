"""What a flow does besides when a deployment started it: its form, and its words on the terminal."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import click
from prefect import runtime
from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from flows.bug_report import bug_report
from flows.delivery import Outcome
from flows.outcome import tell
from flows.serve.lifeline import end_with_serve
from flows.settings import language
from flows.withheld import as_it_was
from schemas.errors import PipelineError
from schemas.words import Text

ID_NUMBER = r"^([0-9]{15}|[0-9]{17}[0-9Xx])$"
STUDENT_NO = r"^(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z._-]*$"
NO_ID_NUMBER = Text(
    "这是身份证号的写法；这里只填学号，不填证件号码和姓名",
    "this looks like an ID number; write student numbers only, never ID numbers or names",
)
NO_NAME = Text(
    "学号只有字母和数字；这里只填学号，不填姓名",
    "a student number has letters and digits; write student numbers only, never names",
)


def said_twice(text: Text) -> str:
    """A sentence in both languages, as Prefect's pages have only one."""
    return f"{text.zh} / {text.en}"


def asked(title: Text, what: Text) -> Any:
    """How the form of Prefect's UI shows a parameter."""
    return Field(json_schema_extra={"title": said_twice(title), "description": said_twice(what)})


def _only_a_student_number(given: str) -> str:
    """Refuse what may be personal; the message does not repeat it."""
    for is_wrong, why in (
        (re.search(ID_NUMBER, given), NO_ID_NUMBER),
        (not re.search(STUDENT_NO, given), NO_NAME),
    ):
        if is_wrong:
            raise PydanticCustomError("student_no", said_twice(why))
    return given


StudentNo = Annotated[
    str,
    AfterValidator(_only_a_student_number),
    WithJsonSchema(
        {
            "type": "string",
            "title": "学号 / student number",
            "allOf": [
                {"not": {"pattern": ID_NUMBER, "description": said_twice(NO_ID_NUMBER)}},
                {"pattern": STUDENT_NO, "description": said_twice(NO_NAME)},
            ],
        }
    ),
]
"""A student number; Prefect's server refuses anything else before it keeps it."""

CampaignFile = Annotated[
    str, asked(Text("批次文件", "campaign file"), Text("批次文件的路径", "the path of the campaign file"))
]
Approve = Annotated[
    bool,
    asked(
        Text("上报前须批准", "approval before sealing"),
        Text(
            "检查完成后暂停，由负责人批准后才生成上报包",
            "pause when everything is assessed; nothing is sealed until somebody approves",
        ),
    ),
]
Full = Annotated[
    bool,
    asked(
        Text("重新上报全部", "seal everyone again"),
        Text("重新上报全部合格学生", "seal everyone accepted again"),
    ),
]
DryRun = Annotated[
    bool, asked(Text("试运行", "dry run"), Text("只写审计文件，不生成上报包", "write only the audit"))
]
Wait = Annotated[
    bool,
    asked(
        Text("等候", "wait"),
        Text("另一次运行未结束时等候，不报错", "wait while another run is under way, do not fail"),
    ),
]
StudentNos = Annotated[
    tuple[StudentNo, ...],
    asked(
        Text("学号", "student numbers"),
        Text(
            "只处理这些学号，每行一个；不填则处理全部缺拍学生。不要填姓名或身份证号",
            "only these; none for all who lack a photo. Student numbers only, never names or ID numbers",
        ),
    ),
]


def is_served() -> bool:
    """Whether a deployment started this flow."""
    return runtime.deployment.id is not None


@contextmanager
def on_the_terminal() -> Iterator[None]:
    """Around a flow: one that is served ends with its server, and says there what stopped it."""
    if not is_served():
        yield
        return
    end_with_serve()
    try:
        with as_it_was():
            yield
    except PipelineError as wrong:
        click.echo(" ".join(wrong.say(language()).splitlines()), err=True)
        raise
    except Exception as bug:
        click.echo(bug_report(bug), err=True)
        raise


def told(outcome: Outcome) -> Outcome:
    """A run's outcome, told on the terminal where the run is served."""
    if is_served():
        tell(outcome)
    return outcome
