"""Walks through the explorer in a real browser, where one is installed: what every page that is passed has to be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "kunci-uji-penjelajah"
PATIENCE_MS = 120_000


@contextmanager
def served(stack: Any) -> Iterator[str]:
    """The address of a running `dengar web`, whose token is TOKEN."""
    environment = {**os.environ, "DENGAR_STATE": str(stack.instance.state_dir), "DENGAR_WEB_TOKEN": TOKEN}
    command = [sys.executable, "-m", "dengar", "web", "--port", "0", "--json"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            assert told["token"] == TOKEN
            yield told["address"].rstrip("/")
        finally:
            process.terminate()
            assert process.wait(30) in (0, -15)


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; the test is skipped, and says so, where none is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(
            "no Chromium is installed here (Debian: apt install chromium), so nobody walks through the explorer"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


class Walk:
    """A browser page that looks at what it passes: screenshot, accessibility, console, requests to other hosts."""

    def __init__(self, browser: Any, explorer: str, pictures: Path) -> None:
        from axe_playwright_python.sync_playwright import Axe

        self.page = browser.new_page(viewport={"width": 1200, "height": 900}, base_url=explorer)
        self.page.set_default_timeout(PATIENCE_MS)
        self._axe, self._pictures, self._explorer = Axe(), pictures, explorer
        self.said: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on(
            "request",
            lambda request: None if request.url.startswith((explorer, "data:")) else self.elsewhere.append(request.url),
        )

    def look(self, name: str, *, whole: bool = True) -> None:
        """Keep a picture; nothing is serious for axe-core; nothing was logged, asked for elsewhere, or is wider than the screen."""
        self.page.screenshot(path=self._pictures / f"{name}.png", full_page=whole, timeout=PATIENCE_MS)
        assert (self.said, self.elsewhere) == ([], []), name
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        found = self._axe.run(self.page).response["violations"]
        serious = {
            one["id"]: [node["html"][:200] for node in one["nodes"][:3]]
            for one in found
            if one["impact"] in ("serious", "critical")
        }
        assert serious == {}, name
        self.said.clear()  # axe-core reports what it could not load
