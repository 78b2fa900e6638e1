"""What lessons hide until their reader has voted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def open_experiments(page: Page) -> None:
    """Show what the open notebook hides before its reader has voted, without voting."""
    page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
    for button in page.locator(".course-skip").all():
        if button.is_enabled():
            button.click()
    page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
