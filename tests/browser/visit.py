"""A visit to one page of the site: what it asks for, what it complains of, and what can be seen on it."""

import json
from contextlib import contextmanager
from pathlib import Path

PHONE, DESK = (390, 844), (1280, 900)
CHECKS = Path(__file__).with_name("checks.js").read_text(encoding="utf-8")


class Visit:
    """A page as a reader has it open, and the faults noted so far, one sentence each.

    Parameters
    ----------
    page : playwright page
    home : str
        Address of the site: all else is another server.
    """

    def __init__(self, page, home):
        self.page, self.home, self.faults = page, home, []
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.note(f"script error: {error.message.splitlines()[0]}"))

    def note(self, fault):
        if fault not in self.faults:
            self.faults.append(fault)

    def _request(self, request):
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.note(f"asks another server: {request.url}")

    def _response(self, response):
        if response.status >= 400:
            self.note(f"{response.url.removeprefix(self.home)} answers {response.status}")

    def _console(self, message):
        if message.type == "error" and "Failed to load resource" not in message.text:  # noted with its status
            self.note(f"console error: {message.text.splitlines()[0]}")

    def check(self, name, *args):
        """Note what ``checks.js`` finds under `name`."""
        for fault in self.page.evaluate("([name, args]) => bookChecks[name](...args)", [name, list(args)]):
            self.note(fault)

    def rest(self):
        """Wait until the page's scripts have done what they do when there is nothing else to do."""
        self.page.evaluate("new Promise((done) => requestIdleCallback(() => setTimeout(done, 50)))")

    def scheme(self, scheme):
        """Switch the colour scheme as the theme's own button does."""
        self.page.evaluate("s => { document.body.dataset.theme = s; }", scheme)


@contextmanager
def visit(browser, home, path, size=PHONE, scheme="light"):
    """Open a page at a width and in a colour scheme, wait until it is at rest, and give the `Visit`."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                  reduced_motion="reduce", service_workers="block")
    try:
        context.add_init_script(CHECKS)
        context.add_init_script(f"try {{ localStorage.setItem('theme', {json.dumps(scheme)}); }} "
                                "catch (error) {}")
        page = context.new_page()
        page.set_default_timeout(20_000)
        seen = Visit(page, home)
        page.goto(home + path, wait_until="load")
        page.evaluate("document.fonts.ready.then(() => true)")
        seen.rest()
        yield seen
    finally:
        context.close()
