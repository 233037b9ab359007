"""pytest and the browser: pages opened in it, and all that they said and asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Unavailable, executable
from tests.conftest import IN_CI


@dataclass
class Opened:
    """A page that is open: what its console and its errors said, and every address it asked for."""

    page: Any
    heard: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def _without(reason: str) -> None:
    if IN_CI:
        pytest.fail(f"needs a browser: {reason}")
    pytest.skip(f"needs a browser: {reason}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium without a window."""
    try:
        from playwright.sync_api import sync_playwright

        path, needed = executable()
    except ImportError as error:
        _without(f"{error}; install the development dependencies")
        return
    except Unavailable as error:
        _without(str(error))
        return
    with sync_playwright() as playwright:
        # Its own sandbox needs rights that containers seldom give; what is opened are files of the tests.
        opened = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=False, env={**os.environ, **needed}
        )
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Opened]]:
    """Opens a file and waits until it is laid out."""
    contexts = []

    def open_one(path: Path, ready: str = "html[data-ready]", **options: Any) -> Opened:
        context = browser.new_context(viewport={"width": 1400, "height": 900}, **options)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("console", lambda message: opened.heard.append(message.text))
        opened.page.on("pageerror", lambda error: opened.heard.append(str(error)))
        opened.page.on("dialog", lambda dialog: (opened.heard.append(dialog.message), dialog.dismiss()))
        opened.page.on("request", lambda request: opened.asked.append(request.url))
        opened.page.goto(path.as_uri())
        try:
            opened.page.wait_for_selector(ready, timeout=60_000, state="attached")
        except Exception as error:
            error.add_note(f"the page said: {opened.heard}")
            raise
        return opened

    yield open_one
    for context in contexts:
        context.close()
