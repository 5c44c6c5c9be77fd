"""Figures as inline SVG: the same bytes twice, colours of the page, ids of their own, alt text."""

import re
from html import unescape

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, plot
from emergence_utils.plot import svg as module
from emergence_utils.plot.style import PAPER

VARIABLES = {plot.INK: "ink", plot.MUTED: "muted", plot.GRID: "grid", PAPER: "paper"} | {
    c: f"c{i}" for i, c in enumerate(plot.PALETTE)}


@pytest.fixture(autouse=True)
def _agg():
    plt.switch_backend("agg")
    yield
    plt.close("all")


def drawn(slope=1.0, colours=plot.PALETTE, label="Score"):
    fig, ax = plot.figure()
    for i, colour in enumerate(colours):
        ax.plot([0, 1, 2], np.array([0, 0.4, 1.1234567]) * slope + i, color=colour,
                marker=plot.MARKERS[i % 8])
    ax.fill_between([0, 1], [0, 1], [1, 2], color=colours[0], alpha=0.2)
    ax.set_ylabel(label)
    return fig


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, as MIME bundles."""
    bundles = []
    monkeypatch.setattr(module, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def html(fig, **kwargs):
    return module.figure_html(fig, **({"alt": "A line."} | kwargs))


def ids(text):
    return re.findall(r'\bid="([^"]+)"', text)


def test_the_same_figure_gives_the_same_bytes():
    assert html(drawn()) == html(drawn())
    fig = drawn()
    assert html(fig) == html(fig)


def test_nothing_in_it_depends_on_when_or_by_what_it_was_made():
    text = html(drawn())
    assert not re.search(r"<metadata|<!--|<\?xml|<!DOCTYPE|matplotlib v|\b20\d\d-\d\d", text, re.I)
    assert text.startswith('<figure class="em-figure" style="max-width:')
    assert text.endswith("</svg></figure>")


@pytest.mark.parametrize("alt", ['a < b & "c" > d', r"rate \alpha \1 \g<0>", "‘quoted’ – 95 %", "it's"])
def test_alt_text_is_escaped_and_survives_whole(alt):
    opening = re.search(r"<svg[^>]*>", html(drawn(), alt=alt))[0]
    assert 'role="img"' in opening
    label = re.search(r'aria-label="([^"]*)"', opening)[1]
    assert unescape(label) == alt
    assert "<" not in label and ">" not in label


def test_every_colour_is_a_variable_of_the_page():
    text = html(drawn())
    for colour in (*plot.PALETTE, plot.INK, plot.MUTED, plot.GRID):
        assert f"var(--em-{VARIABLES[colour]}, {colour})" in text
    bare = set(re.findall(r"#[0-9a-f]{6}\b", re.sub(r"var\(--em-\w+, #[0-9a-f]{6}\)", "", text), re.I))
    assert bare <= {"#000000"}  # matplotlib's default outline, on parts that are not drawn


def test_every_palette_colour_has_a_variable_of_its_own():
    assert len(set(plot.PALETTE)) == len(plot.PALETTE) == len(plot.MARKERS)
    text = html(drawn(colours=plot.PALETTE))
    assert set(re.findall(r"--em-(c\d)", text)) == {f"c{i}" for i in range(8)}


def test_two_figures_share_no_id():
    one, two = html(drawn()), html(drawn(slope=2.0))
    assert ids(one) and ids(two)
    assert not set(ids(one)) & set(ids(two))
    assert len(set(ids(one))) == len(ids(one))


def test_every_reference_arrives():
    text = html(drawn())
    used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text)
    assert used
    assert {a or b for a, b in used} <= set(ids(text))


def test_coordinates_are_rounded_and_scales_are_not():
    text = html(drawn())
    body = re.sub(r"scale\([^)]*\)", "", text)
    assert not re.search(r"\d\.\d{3,}", body)
    assert re.search(r"\d\.\d{2}\b", body)
    assert re.findall(r"scale\(([^)]*)\)", text)
    for factor in re.findall(r"scale\((-?[\d.]+)", text):
        assert float(factor) != 0


@pytest.mark.parametrize(("raw", "rounded"), [
    ("M 12.345678 -0.98765", "M 12.3 -0.99"), ("1.500000", "1.5"), ("10.0001", "10"), ("100.000", "100"),
    ("1.234567e-05", "0"), ("3.14", "3.14"), ("12000", "12000"),
    ("translate(10.12345 0) scale(0.015625 -0.015625)", "translate(10.1 0) scale(0.015625 -0.015625)"),
])
def test_rounding_of_known_numbers(raw, rounded):
    assert module._NUMBER.sub(module._rounded, raw) == rounded


def test_size_and_caption():
    text = html(drawn(), caption="A <em>caption</em>.")
    assert 'viewBox="0 0 316.8 230.4"' in text  # 4.4 by 3.2 inches of 72 points
    assert 'style="max-width:554px"' in text
    assert text.endswith("</svg><figcaption>A <em>caption</em>.</figcaption></figure>")
    assert "figcaption" not in html(drawn())


@pytest.mark.parametrize(("rows", "height"), [(1, 3.2), (2, 2.0)])
def test_panels_stack_at_phone_width(rows, height):
    fig, axes = plot.figure(rows, height=height)
    assert fig.get_size_inches().tolist() == pytest.approx([4.4, height * rows])
    assert np.size(axes) == rows


def test_theme_is_gone_after_its_block():
    before = plt.rcParams["axes.labelcolor"], plt.rcParams["svg.hashsalt"]
    with plt.rc_context({"axes.labelcolor": "red", "svg.hashsalt": "other"}):
        with plot.theme():
            assert (plt.rcParams["axes.labelcolor"], plt.rcParams["svg.hashsalt"]) == (plot.INK, "emergence")
        assert plt.rcParams["axes.labelcolor"] == "red"
    assert (plt.rcParams["axes.labelcolor"], plt.rcParams["svg.hashsalt"]) == before


def test_a_figure_leaves_the_settings_of_matplotlib_alone(shown):
    """The look belongs to the figure and to what the plot functions draw, in a notebook of other figures."""
    before = dict(plt.rcParams)
    fig, ax = plot.figure()
    table = pd.DataFrame({"params": [1e8, 1e9], "value": [0.1, 0.4], "g": ["a", "b"]})
    plot.plot_scores(table, hue="g", n=None, chance=0.25, ax=ax)
    assert dict(plt.rcParams) == before
    assert {line.get_linewidth() for line in ax.lines} == {1.6, 1.2}
    assert not ax.get_legend().get_frame_on()
    plot.show(fig)
    assert dict(plt.rcParams) == before


def test_ticks_that_are_made_later_have_the_look_of_the_figure(ax):
    ax.set_xticks([0, 1], ["zero", "one"])
    label = ax.get_xticklabels()[0]
    assert (label.get_fontsize(), label.get_color()) == (8.5, plot.INK)


# ---- alt text and show


def test_alt_text_joins_that_of_the_axes():
    fig, (top, bottom, _) = plot.figure(3)
    assert plot.describe(top, "Above.") is top
    plot.describe(bottom, "Below.")
    assert plot.alt_text(fig) == "Above. Below."


@pytest.mark.parametrize("of_axes", [True, False])
def test_show_displays_once_and_closes(shown, of_axes):
    fig, ax = plot.figure()
    plot.describe(ax, "From the data.")
    plot.show(ax if of_axes else fig, alt="Before.", caption="Below.")
    (bundle,) = shown
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "Before. From the data."
    assert 'aria-label="Before. From the data."' in bundle["text/html"]
    assert "<figcaption>Below.</figcaption>" in bundle["text/html"]
    assert not plt.fignum_exists(fig.number)


def test_show_without_alt_text_is_refused(shown):
    fig, _ = plot.figure()
    with pytest.raises(InputError, match="needs alt text"):
        plot.show(fig)
    assert shown == []


def test_drawing_leaves_the_figure_as_it_was():
    fig, ax = plot.figure()
    ax.plot([1, 2], [1, 2])
    before = fig.get_layout_engine(), fig.canvas, fig.dpi
    drawn = plot.figure_html(fig, alt="a line")
    assert (fig.get_layout_engine(), fig.canvas, fig.dpi) == before
    assert plot.figure_html(fig, alt="a line") == drawn
