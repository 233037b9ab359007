"""Fetches the browser that tests use where the machine has none."""

from tests.browser import fetch

fetch()
