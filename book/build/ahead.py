"""What a page fetches before it is asked for, once its text stands and while the line is free."""

from __future__ import annotations

import json
from collections.abc import Sequence

__all__ = ["ahead_html"]

#: After the first paint, so that no word waits for it, and not where data is to be saved. A browser that
#: knows no prefetch leaves the files until they are needed.
_SCRIPT = """<script>(function (steps) {
      if (!window.PerformanceObserver || (navigator.connection && navigator.connection.saveData)) { return; }
      function next() {
        var step = steps.shift() || [], left = step.length;
        step.forEach(function (address) {
          var link = document.createElement("link");
          link.rel = "prefetch";
          link.href = address;
          link.onload = link.onerror = function () { left -= 1; if (!left) { next(); } };
          document.head.append(link);
        });
      }
      new PerformanceObserver(function (list, watch) {
        if (list.getEntriesByName("first-contentful-paint").length) { watch.disconnect(); next(); }
      }).observe({ type: "paint", buffered: true });
    })(/[?&]source=/.test(location.search) ? %s : %s);</script>"""


def ahead_html(library: str, opening: Sequence[str] = ()) -> str:
    """A script that fetches the chart library, and before it what the first state of a page needs.

    Parameters
    ----------
    library : str
        Address of the library, as the page has to write it.
    opening : sequence of str
        Addresses of small files; they are left out where the page's own address asks for another state.

    Returns
    -------
    str
        A ``script`` element for the head.
    """
    steps = [[library]], [step for step in (list(opening), [library]) if step]
    return _SCRIPT % tuple(json.dumps(s).replace("</", r"<\/") for s in steps)
