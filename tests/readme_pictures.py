"""Takes the README's pictures of report and desk: `python -m tests.readme_pictures`, or `make pictures`.

The people on them are drawn and their names are generated, as on every demo day.
"""

import io
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, NONE_THERE, SIZE

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
QUALITY = 90
DAY = ("--students", "60", "--megapixels", "0.9", "--seed", "7")


def main() -> None:
    """Draw a day, run it, and photograph what a clerk sees."""
    if CHROMIUM is None:
        raise SystemExit(NONE_THERE)
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as root, window() as page:
        folder = Path(root) / "day"
        subprocess.run([sys.executable, "-m", "flows", "demo", str(folder), *DAY], check=True)
        (report,) = folder.glob("out/audit/*/report.html")
        take_report(page, report)
        with desk(folder / "campaign.toml") as address:
            take_desk(page, address)
    for picture in sorted(PICTURES.glob("*.webp")):
        print(f"{picture.stat().st_size / 1e3:8.0f} kB  {picture.name}")


def take_report(page: Page, report: Path) -> None:
    """The contact sheet, and a rejected capture's details."""
    page.goto(report.as_uri())
    page.locator("nav a[href='#sheet']").click()
    take(page, "report-sheet")
    page.locator("#sheet button:has(img)").nth(2).click()
    take(page, "report-details")


def take_desk(page: Page, address: str) -> None:
    """What waits for a decision, and the first of it."""
    page.goto(address)
    take(page, "desk")
    page.locator("a[href^='/item/']").first.click()
    take(page, "desk-item")


def take(page: Page, name: str) -> None:
    """The window as it is."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)  # pictures below the fold are decoded when they come into sight
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        taken.save(PICTURES / f"{name}.webp", quality=QUALITY)


@contextmanager
def window() -> Iterator[Page]:
    """A browser's window."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser.new_page(viewport=SIZE)
        browser.close()


@contextmanager
def desk(campaign: Path) -> Iterator[str]:
    """A desk that is open, and its address."""
    command = [sys.executable, "-m", "flows", "desk", str(campaign), "--no-open", "--by", "李老师"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            yield next(line.strip() for line in program.stdout or () if line.startswith("http"))
        finally:
            program.send_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
