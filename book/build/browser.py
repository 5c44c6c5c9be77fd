"""A browser of the machine, and a folder served to it: what the PDF and the browser tests stand on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from emergence_utils.errors import InputError

__all__ = ["BROWSER_ARGS", "NO_BROWSER", "find_browser", "serve"]

#: Headless, in a container too, and silent: the browser asks nobody for anything by itself.
BROWSER_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
    # each new window would draw two lists of suggestions that nobody opens, longer than a page takes to load;
    # the last list of its kind is the one that counts, so that those of Playwright's that matter are here too
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,AimEnabled,DestroyProfileOnBrowserClose,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,"
    "MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,PreconnectToSearch",
    # no name but this machine's is ever looked up, whatever a page asks for
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
#: Where macOS and Windows keep theirs, which is on no PATH.
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    *(rf"{drive}\{program}" for drive in (r"C:\Program Files", r"C:\Program Files (x86)") for program in (
        r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")),
)

NO_BROWSER = (f"No Chromium was found: set CHROMIUM to its path, or put one of {', '.join(_NAMES)} on the "
              "PATH (Debian: apt-get install chromium).")


def find_browser() -> str | None:
    """Path of Chromium, Chrome or Edge: ``$CHROMIUM``, else the first on the PATH or at its usual place.

    None where there is none.

    Raises
    ------
    InputError
        If ``$CHROMIUM`` is set to something that cannot be run.
    """
    named = os.environ.get("CHROMIUM", "")
    if named:
        found = shutil.which(named)
        if found is None:
            raise InputError(f"CHROMIUM is '{named}', which is not a program that can be run.")
        return found
    return next(filter(None, map(shutil.which, (*_NAMES, *_PLACES))), None)


class _Quiet(SimpleHTTPRequestHandler):
    """Files of one folder, without a line of log for each."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name it has there
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """A server that takes no notice when a browser leaves in the middle of an answer."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@contextmanager
def serve(folder: str | Path) -> Iterator[str]:
    """Serve `folder` on a free port of this machine while the context lasts; gives the address.

    Examples
    --------
    >>> with serve(".") as address:
    ...     address.startswith("http://127.0.0.1:")
    True
    """
    with _Server(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
