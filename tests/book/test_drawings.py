"""Drawings made lighter while pages are written: fewer elements, the same picture."""

import io
import re
import xml.etree.ElementTree as ET

import matplotlib.image as image
import matplotlib.pyplot as plt
import numpy as np
import pytest

from book.build.browser import BROWSER_ARGS, find_browser
from book.build.drawings import slim_drawing, slim_drawings
from emergence_utils import plot

NS = "{http://www.w3.org/2000/svg}"
NUMBER = r"-?\d+(?:\.\d+)?"


@pytest.fixture(autouse=True)
def _agg():
    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def svg():
    """A drawing with lines, markers, bands, clips, turned text, formulas and colours of their own."""
    plt.switch_backend("agg")
    fig, axes = plot.figure(2)
    x = np.linspace(0.01, 4, 40)
    for i, ax in enumerate(np.ravel(axes)):
        ax.plot(x, np.sin(x * (i + 1)), color=plot.PALETTE[i], label="sine of x")
        ax.scatter(x, np.cos(x), s=16, color=plot.PALETTE[2], alpha=0.6, marker="o^"[i])
        ax.errorbar([1, 2], [0, 0.5], yerr=0.3, fmt="s", color=plot.PALETTE[3], capsize=3)
        ax.fill_between(x, -0.2, 0.2, color=plot.PALETTE[1], alpha=0.2)
        ax.set_ylabel("Score (%)")
        ax.annotate("$a^2 \\times 10^{-3}$", (1, 0.5), rotation=30)
        ax.legend()
    axes[1].set_xscale("log")
    figure = plot.figure_html(fig, alt="Sine & cosine.")
    plt.close(fig)
    return figure[figure.index("<svg"):figure.index("</svg>") + 6]


def points(svg):
    """Where every letter starts and how its outline goes, in the units of the drawing, as rounded numbers."""
    root = ET.fromstring(svg)
    paths = {e.get("id"): e for e in root.iter(f"{NS}path")}
    found = []
    for element in root.iter():
        place = re.fullmatch(r"translate\((\S+) (\S+)\)( rotate\(\S+\))? scale\((\S+) -\S+\)",
                             element.get("transform", ""))
        if place is None:
            continue
        where, scale = (place[1], place[2], place[3]), float(place[4])
        if element.tag == f"{NS}path":
            found += [(where, *p) for p in absolute(element.get("d"), scale)]
            continue
        for use in element.iter(f"{NS}use"):
            target = paths[use.get("{http://www.w3.org/1999/xlink}href")[1:]]
            move = re.fullmatch(r"(?:translate\((\S+) (\S+)\))?(?: scale\((\S+)\))?",
                                use.get("transform", ""))
            dx, dy, size = (float(move[i] or j) for i, j in ((1, 0), (2, 0), (3, 1)))
            size *= scale / 64
            found += [(where, dx * scale + px, dy * scale + py) for px, py in absolute(target.get("d"), size)]
    return found


def absolute(d, scale):
    """Every point of a path, whether its steps are relative or not."""
    at = start = np.zeros(2)
    out = []
    for letter, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", d or ""):
        if letter == "z":
            at = start
            continue
        values = np.array(re.findall(NUMBER, numbers), dtype=float).reshape(-1, 2)
        size = {"M": 1, "L": 1, "Q": 2, "C": 3}[letter.upper()]
        for step in values.reshape(-1, size, 2):
            points = step + at if letter.islower() else step
            out += [(x * scale, y * scale) for x, y in points]
            at = points[-1]
            if letter in "Mm":
                start = at
    return out


def test_letters_keep_their_place_and_shape(svg):
    before, after = points(svg), points(slim_drawing(svg))
    assert len(before) == len(after) > 2000
    assert [w for w, *_ in before] == [w for w, *_ in after]
    difference = np.abs(np.array([p[1:] for p in before]) - np.array([p[1:] for p in after]))
    assert difference.max() < 0.002  # of a unit, of which a column of a phone has 300


def test_a_drawing_has_a_third_of_its_elements_and_no_style_for_the_whole_page(svg):
    slim = slim_drawing(svg)
    assert slim.count("<") < svg.count("<") / 2.5
    assert "<style" not in slim and "xlink" not in slim
    for attribute in ('role="img"', 'aria-label="Sine &amp; cosine."', 'stroke-linejoin="round"'):
        assert attribute in slim
    width, height = re.search(r'viewBox="0 0 (\S+) (\S+)"', slim).groups()
    assert f'style="aspect-ratio:{width}/{height}"' in slim


def test_what_a_drawing_refers_to_is_in_it(svg):
    slim = slim_drawing(svg)
    used = set(re.findall(r'href="#([^"]+)|url\(#([^)]+)\)', slim))
    defined = re.findall(r'\bid="([^"]+)"', slim)
    assert {a or b for a, b in used} == {*defined} and len(defined) == len({*defined})


def test_a_second_time_changes_nothing_and_other_svg_is_left_alone(svg):
    slim = slim_drawing(svg)
    page = f'<p>{svg}</p><svg><g id="a"></g></svg>'
    assert slim_drawings(page) == f'<p>{slim}</p><svg><g id="a"></g></svg>'
    assert slim_drawings(slim_drawings(page)) == slim_drawings(page)
    assert slim_drawing("<svg><g></svg>") == "<svg><g></svg>"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_the_same_but_for_the_rims_of_letters(svg, scheme):
    if find_browser() is None:
        pytest.skip("No Chromium was found.")
    playwright = pytest.importorskip("playwright.sync_api")
    colours = "--em-ink:#eee;--em-grid:#444;--em-c0:#4af" if scheme == "dark" else ""
    with playwright.sync_playwright() as run:
        browser = run.chromium.launch(executable_path=find_browser(), args=BROWSER_ARGS)
        page = browser.new_page(viewport={"width": 700, "height": 900})
        shots = []
        for drawing in (svg, slim_drawing(svg)):
            page.set_content(f'<body style="margin:0;{colours};background:#{"111" if colours else "fff"}">'
                             f'<div style="width:640px">{drawing}</div>')
            shots.append(image.imread(io.BytesIO(page.locator("svg").screenshot()))[..., :3])
        browser.close()
    before, after = shots
    assert before.shape == after.shape and before.std() > 0.05
    difference = np.abs(before - after).max(axis=-1)
    assert difference.max() < 0.25  # neighbours of one text that touch are painted once
    assert (difference > 0.04).mean() < 0.001
