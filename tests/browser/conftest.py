"""A real browser: the system's Chromium, one for all tests, and pages that may ask for nothing outside."""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NONE_THERE = "no chromium: install chromium and fonts-noto-cjk, as .ci/run does"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SIZE = {"width": 1366, "height": 768}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Have every test here run in one process, with one browser."""
    item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window; as root it only starts without its sandbox."""
    if CHROMIUM is None:
        pytest.skip(NONE_THERE)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture
def faults() -> list[str]:
    """What went wrong in the test's pages; who expects some looks at them and clears the list."""
    return []


@pytest.fixture
def page(browser: Browser, faults: list[str]) -> Iterator[Page]:
    """A page of its own; the test fails on a console error, an uncaught error, a request beyond loopback."""
    context = browser.new_context(viewport=SIZE)
    context.on("console", lambda told: told.type == "error" and faults.append(f"console: {told.text}"))
    context.on("weberror", lambda told: faults.append(f"error: {told.error}"))
    context.on("request", lambda asked: is_near(asked) or faults.append(f"request: {asked.url}"))
    yield context.new_page()
    context.close()
    assert faults == []


def is_near(request: Request) -> bool:
    """Whether a request leaves neither the page nor the machine."""
    address = urlsplit(request.url)
    return address.scheme in {"file", "data", "blob"} or address.hostname in LOOPBACK
