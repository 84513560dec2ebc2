"""The browser fixtures tell what they are there to tell."""

import pytest

from tests.axe import grave_faults


@pytest.fixture
def opened(page, tmp_path):
    """Opens a page with the body given."""

    def show(body):
        file = tmp_path / "page.html"
        file.write_text(f'<!doctype html><html lang="zh-CN"><title>试</title><body>{body}', encoding="utf-8")
        page.goto(file.as_uri(), wait_until="domcontentloaded")
        return page

    return show


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<script>console.error('坏了')</script>", "console: 坏了"),
        ("<script>setTimeout(() => { throw new Error('坏了') })</script>", "error: 坏了"),
        ('<img alt="" src="http://192.0.2.1/a.png">', "request: http://192.0.2.1/a.png"),
    ],
)
def test_what_goes_wrong_in_a_page_is_told(opened, faults, body, fault):
    opened(body).wait_for_timeout(50)
    assert any(told.startswith(fault) for told in faults)
    faults.clear()


def test_a_quiet_page_has_no_fault(opened, faults):
    page = opened('<main><h1>好</h1><img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main>')
    assert page.title() == "试"
    assert faults == []
    assert grave_faults(page) == []


def test_chinese_type_is_there(opened):
    """A box for every character would make all of one picture."""
    page = opened('<p style="font-size:60px"><span>学</span> <span>号</span></p>')
    first, second = (page.locator("span").nth(place).screenshot() for place in (0, 1))
    assert first != second


def test_faults_of_accessibility_are_found(opened):
    told = grave_faults(opened('<main><h1>好</h1><button></button><input id="x"></main>'))
    assert {fault.partition(":")[0] for fault in told} >= {"button-name", "label"}
