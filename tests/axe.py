"""What axe-core says of a page: nothing here may be worse than moderate."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}


def grave_faults(page: Page) -> list[str]:
    """Every serious or critical fault of accessibility: the rule, what it asks, and the first places."""
    told = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['help']} {[node['target'] for node in fault['nodes'][:3]]}"
        for fault in told
        if fault["impact"] in GRAVE
    ]
