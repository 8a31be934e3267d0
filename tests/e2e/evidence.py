"""What is kept of a failed test: screenshots, the console, and Home Assistant's log."""

from pathlib import Path
import re
import shutil
from typing import Final

from playwright.async_api import BrowserContext, ConsoleMessage, WebError

from demo.const import REPOSITORY

FOLDER: Final = REPOSITORY / ".e2e"


class Evidence:
    """The evidence of one test, which records what the consoles of its pages show."""

    def __init__(self, log: Path) -> None:
        """Initialize at the beginning of a test, with Home Assistant's log."""
        self._log = log
        self._log_start = log.stat().st_size
        self._console: list[str] = []
        self._contexts: list[BrowserContext] = []

    def record(self, context: BrowserContext) -> None:
        """Record the consoles of all pages of a browser context."""
        self._contexts.append(context)
        context.on("console", self._handle_message)
        context.on("weberror", self._handle_error)

    def _handle_message(self, message: ConsoleMessage) -> None:
        self._console.append(f"{message.type}: {message.text}")

    def _handle_error(self, error: WebError) -> None:
        self._console.append(f"uncaught: {error.error}")

    async def save(self, test: str) -> Path:
        """Save the evidence of a test that failed, and return the folder."""
        folder = FOLDER / re.sub(r"\W+", "_", test).strip("_")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        pages = [page for context in self._contexts for page in context.pages]
        for number, page in enumerate(pages):
            await page.screenshot(path=folder / f"page_{number}.png")
        (folder / "console.txt").write_text("\n".join(self._console))
        log = self._log.read_bytes()[self._log_start :]
        (folder / "home_assistant.log").write_bytes(log)
        return folder

    async def close(self) -> None:
        """Close all pages at the end of a test."""
        for context in self._contexts:
            await context.close()
