"""Lighthouse's scores and the weight of the site, stored beside this file.

``python benchmarks/site_quality.py`` builds a copy of the checkout in a temporary folder, once whole and
once after an edit of one page, then visits the landing page, every chapter, the ledger, a claim and the
page of all curves with Lighthouse's mobile profile, and for comparison one chapter as a Jupyter Book with
no settings makes it; each page three times, and stores the medians in ``site_quality.csv``; how long the
builds took, and how large the site is, goes into ``site_build.csv``. Last it turns knobs of the page of all
curves and of a chapter's explorer on a slow line and a slow processor, and stores how long the reader waits
for the new words and the new chart in ``site_answers.csv``. It takes about ten minutes on a machine that
should do nothing else: a busy one makes pages look slow. It needs a Chromium (``CHROMIUM`` or the PATH) and
Lighthouse: the program that ``LIGHTHOUSE`` names, else npx fetches it from npm. ``--site FOLDER`` visits a
built site and builds nothing, ``--quantecon PYTHON`` also visits the chapter in QuantEcon's theme, whose old
Sphinx needs an environment of its own, ``--answers`` only turns the knobs; ``--runs N`` sets the number of
visits; words after that choose pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from book.build.browser import BROWSER_ARGS, NO_BROWSER, find_browser
from book.build.vega import LIBRARY
from emergence_utils.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
TABLE = Path(__file__).with_suffix(".csv")
BUILD = TABLE.with_name("site_build.csv")
ANSWERS = TABLE.with_name("site_answers.csv")
LIGHTHOUSE = ("npx", "--yes", "lighthouse@12.8.2")
#: Beside the landing page and the chapters: one page of each other kind.
KINDS = ("book/ledger.html", "book/claims/c9.html", "book/explore.html")
#: The chapter that is also built with nothing but Jupyter Book's own settings.
STOCK = "notebooks/02_metric.ipynb"
SCORES = {"performance": "performance", "accessibility": "accessibility", "best-practices": "best practices",
          "seo": "SEO"}
TIMES = {"largest-contentful-paint": "LCP (s)", "total-blocking-time": "TBT (ms)",
         "cumulative-layout-shift": "layout shift"}
#: Lighthouse's slow 4G, in bytes a second and milliseconds, and how many times slower the processor is made.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 7.5e5 / 8}
SLOWER = 4
#: Page, what is scrolled to, the knob that is turned, and where words and chart stand.
TURNED = (
    ("book/explore.html", ".em-ex-panels", "#em-ex-task",
     ".em-ex-panel:first-child :is(.em-ex-name, .em-ex-lead, .em-ex-words)", ".em-ex-panel .em-ex-live"),
    ("notebooks/02_metric.html", ".em-explorer", ".em-explorer select", ".em-explorer .em-state",
     ".em-explorer .em-live"),
)
#: Seconds that a reader looks before turning the knob: at once, and after a look at the chart.
LOOKS = (0, 6)
#: Picks the next option as a reader does; resolves to milliseconds until new words, and until a new chart.
_TURN = """([knob, words, chart]) => new Promise((done, fail) => {
  const select = document.querySelector(knob), options = [...select.options];
  const drawn = document.querySelector(chart), found = {};
  const said = () => [...document.querySelectorAll(words)].map(el => el.textContent).join();
  const marks = () => [...drawn.querySelectorAll("svg .role-mark path")].map(
    path => path.getAttribute("d") + path.getAttribute("transform")).join();
  const before = said(), old = marks(), start = performance.now();
  const see = () => {
    const at = performance.now() - start, now = said();
    if (!found.words && now !== before && !now.includes("\u2026")) { found.words = at; }
    if (!found.chart && found.words && marks() && marks() !== old) { found.chart = at; }
    if (found.chart) { done(found); }
    else if (at > 60000) { fail(new Error("no new chart within a minute")); }
    else { requestAnimationFrame(see); }
  };
  select.selectedIndex = (options.findIndex(option => option.selected) + 1) % options.length;
  for (const kind of ["input", "change"]) { select.dispatchEvent(new Event(kind, { bubbles: true })); }
  see();
})"""
#: What is left out of the copy that is built.
_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "_build", "*_cache", "__pycache__")
_PACKED = (".html", ".css", ".js", ".svg", ".json", ".txt", ".xml")


class _Host(SimpleHTTPRequestHandler):
    """A static host: texts are sent gzip-compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in _PACKED:
            data = gzip.compress(data, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """Serve `folder` as a static host does; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def pages(site: Path) -> list[str]:
    """The landing page, the chapters and one page of each other kind of a built site."""
    found = ["book/index.html", *sorted(f"notebooks/{p.name}" for p in (site / "notebooks").glob("*.html")),
             *(name for name in KINDS if (site / name).is_file())]
    if not (site / found[0]).is_file():
        raise InputError(f"{site} has no {found[0]}; it should be a built site.")
    return found


def visit(address: str, chromium: str) -> dict[str, float]:
    """One visit by Lighthouse: scores out of 100, times, and kB transferred."""
    program = [os.environ["LIGHTHOUSE"]] if os.environ.get("LIGHTHOUSE") else list(LIGHTHOUSE)
    flags = " ".join(["--headless=new", *BROWSER_ARGS[:-1]])
    command = [*program, address, "--quiet", "--output=json", "--output-path=stdout",
               f"--chrome-flags={flags}", f"--only-categories={','.join(SCORES)}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          env={**os.environ, "CHROME_PATH": chromium})
    if done.returncode:
        raise InputError(f"Lighthouse failed on {address}: {done.stderr.strip()[-300:] or 'no message'}.")
    report = json.loads(done.stdout)
    row = {label: 100 * report["categories"][key]["score"] for key, label in SCORES.items()}
    row |= {label: report["audits"][key]["numericValue"] / (1000 if label.endswith("(s)") else 1)
            for key, label in TIMES.items()}
    # the library comes after the page, so that it is told apart
    later = sum(got["transferSize"] for got in report["audits"]["network-requests"]["details"]["items"]
                if got["url"].endswith(f"/{LIBRARY}"))
    return row | {"kB": (report["audits"]["total-byte-weight"]["numericValue"] - later) / 1000}


def quality(site: Path, runs: int = 3, only: Sequence[str] = ()) -> pd.DataFrame:
    """Median of several visits to the pages of a built site whose path has one of the words `only`."""
    charts = len(gzip.compress((site / LIBRARY).read_bytes(), 6)) / 1000
    chosen = [p for p in pages(site) if not only or any(word in p for word in only)]
    table = visits(site, chosen, runs)
    table["kB with charts"] = (table["kB"] + charts).round()
    return table


def visits(site: Path, chosen: Sequence[str], runs: int) -> pd.DataFrame:
    """Medians of the visits to the pages `chosen` of a built site."""
    chromium = find_browser()
    if chromium is None:
        raise InputError(NO_BROWSER)
    rows = []
    with hosted(site) as address, tqdm(total=len(chosen) * runs, disable=not sys.stderr.isatty()) as progress:
        for page in chosen:
            seen = []
            for _ in range(runs):
                progress.set_description(page)
                seen.append(visit(address + page, chromium))
                progress.update()
            row = {key: statistics.median(v[key] for v in seen) for key in seen[0]}
            rows.append({"page": page.removesuffix(".html")} | row)
    return pd.DataFrame(rows).round({"layout shift": 3, "LCP (s)": 2}).round(
        dict.fromkeys((*SCORES.values(), "TBT (ms)", "kB"), 0))


def answers(site: Path, runs: int = 3) -> pd.DataFrame:
    """How long a reader waits for new words and a new chart, in ms: medians of several tries.

    Each try opens the page afresh, scrolls to the chart, looks at it, turns a knob (``first``), and when
    the chart stands turns it again (``next``).
    """
    from playwright.sync_api import sync_playwright

    chromium = find_browser()
    if chromium is None:
        raise InputError(NO_BROWSER)
    rows = []
    with hosted(site) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=BROWSER_ARGS)
        for page, place, *parts in TURNED:
            for look in LOOKS:
                tries = [_turn_twice(browser, address + page, place, parts, look) for _ in range(runs)]
                for k, which in enumerate(("first", "next")):
                    waits = {f"{what} (ms)": round(statistics.median(t[k][what] for t in tries))
                             for what in ("words", "chart")}
                    rows.append({"page": page.removesuffix(".html"), "looked before (s)": look, "tap": which}
                                | waits | {"load": round(os.getloadavg()[0])})
        browser.close()
    return pd.DataFrame(rows)


def _turn_twice(browser: Any, address: str, place: str, parts: Sequence[str],
                look: float) -> list[dict[str, float]]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    try:
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", LINE)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address, wait_until="load", timeout=120_000)
        page.wait_for_function("knob => document.querySelector(knob).options.length > 1", arg=parts[0],
                               timeout=120_000)
        page.mouse.wheel(0, 60)
        page.locator(place).first.scroll_into_view_if_needed()
        page.wait_for_timeout(1000 * look)
        found = [page.evaluate(_TURN, list(parts)), None]
        page.wait_for_timeout(1500)
        found[1] = page.evaluate(_TURN, list(parts))
        return found
    finally:
        context.close()


def stock(folder: Path, python: str = sys.executable, theme: str = "") -> Path:
    """The page of `STOCK` as a Jupyter Book with no settings but a theme makes it; gives the built book."""
    folder.mkdir()
    shutil.copy(ROOT / STOCK, folder)
    chosen = f"sphinx:\n  config:\n    html_theme: {theme}\n" if theme else ""
    texts = {"_config.yml": f"title: Stock\nexecute:\n  execute_notebooks: 'off'\n{chosen}",
             "_toc.yml": f"format: jb-book\nroot: {Path(STOCK).stem}\n"}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [python, "-c", "from jupyter_book.cli.main import main; main()", "build", str(folder)]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    page = folder / f"_build/html/{Path(STOCK).stem}.html"
    if done.returncode or not page.is_file():
        raise InputError(f"The stock book did not build: {done.stderr.strip()[-500:]}")
    return page.parent


def build_times(folder: Path) -> pd.DataFrame:
    """Seconds that builds of a copy of the checkout take, whole and after an edit, and the site's size."""
    machine = {"cores": os.cpu_count() or 1, "load of the machine before": os.getloadavg()[0]}
    copy = folder / "copy"
    shutil.copytree(ROOT, copy, ignore=_NOT_COPIED)
    seconds = {"whole build (s)": _build(copy)}
    page = copy / "notebooks" / "02_metric.ipynb"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("**The question.**", "**The question, edited.**", 1), encoding="utf-8")
    seconds["build after an edit of one page (s)"] = _build(copy)
    files = [p for p in (copy / "_build/html").rglob("*") if p.is_file()]
    size = {"size of the site (MB)": sum(p.stat().st_size for p in files) / 1e6, "files": len(files)}
    facts = {**seconds, **size, **machine}
    return pd.DataFrame([{"what": key, "value": round(value, 1)} for key, value in facts.items()])


def _build(folder: Path) -> float:
    start = time.monotonic()
    done = subprocess.run([sys.executable, "book/build", "build"], cwd=folder, text=True,
                          capture_output=True, check=False)
    if done.returncode:
        raise InputError(f"The site did not build: {done.stderr.strip()[-500:]}")
    return time.monotonic() - start


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and, unless only some pages were asked for, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, help="a built site; nothing is built then")
    parser.add_argument("--runs", type=int, default=3, help="visits to a page, of which the median counts")
    parser.add_argument("--answers", action="store_true", help="only turn the knobs of a built site")
    parser.add_argument("--quantecon", metavar="PYTHON", help="an interpreter that has jupyter-book below 2 "
                        "and quantecon-book-theme: the chapter in that theme is visited too")
    parser.add_argument("only", nargs="*", help="words in the paths of the pages to visit; without: all")
    args = parser.parse_args(argv)
    if args.answers:
        if args.site is None:
            raise InputError("--answers turns the knobs of a built site: name it with --site FOLDER.")
        waits = answers(args.site, args.runs)
        print(waits.to_string(index=False))
        waits.to_csv(ANSWERS, index=False)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        if args.site is None:
            times = build_times(Path(temporary))
            print(times.to_string(index=False))
            times.to_csv(BUILD, index=False)
        table = quality(args.site or Path(temporary) / "copy/_build/html", args.runs, args.only)
        if not args.only:
            others = {"stock Jupyter Book": (sys.executable, "")}
            if args.quantecon:
                others["QuantEcon's theme"] = (args.quantecon, "quantecon_book_theme")
            for name, how in others.items():
                built = stock(Path(temporary) / (how[1] or "stock"), *how)
                page = visits(built, [f"{Path(STOCK).stem}.html"], args.runs)
                page["page"] = f"{name}, {Path(STOCK).stem}"
                table = pd.concat([table, page], ignore_index=True)
            answers(args.site or Path(temporary) / "copy/_build/html", args.runs).to_csv(ANSWERS, index=False)
    print(table.to_string(index=False))
    if not args.only:
        table.to_csv(TABLE, index=False)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except InputError as error:
        sys.exit(str(error))
