"""What the picture of an explorer names: the words of its points, as the build draws them."""

import json
import re
from html import unescape

import pytest

from emergence_utils.explorers import explorer_html


def page(explorer):
    html = explorer_html(explorer)
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])


def names(explorer, **state):
    """Names of the points in a state, with plain spaces."""
    pytest.importorskip("vl_convert")
    from book.build.pictures import draw

    svg = draw(page(explorer), 1, state)
    found = re.findall(r'<path aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="point"', svg)
    return [unescape(name).replace("\u202f", " ") for name in found]
