"""The numbers behind a figure: the tables that it was drawn from, and what they are compared with."""

import io

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, plot
from emergence_utils.plot import svg as module
from emergence_utils.plot.data import attach, csv_text, figure_data


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, as MIME bundles."""
    bundles = []
    monkeypatch.setattr(module, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def read(ax):
    return figure_data(ax.figure)


def values(table, *columns):
    """Rows as tuples, None for what is missing."""
    picked = table[list(columns)].itertuples(index=False)
    return [tuple(None if pd.isna(v) else v for v in row) for row in picked]


# ---- tables and marks


def test_nothing_is_read_back_from_the_picture(ax):
    """What is drawn by hand has numbers in the file only if its table is given."""
    ax.plot([1, 2], [0.25, 0.5], label="a line")
    assert read(ax).empty
    plot.describe(ax, "A line.", data=pd.DataFrame({"series": "a line", "x": [1, 2], "y": [0.25, 0.5]}))
    assert values(read(ax), "series", "kind", "x", "y") == [
        ("a line", "points", 1, 0.25), ("a line", "points", 2, 0.5)]


def test_marks_take_the_names_of_the_axes_and_say_what_they_are(ax):
    plot.reference_line(ax, y=0.25, name="chance")
    plot.reference_line(ax, x=3.0)
    plot.shade(ax, 1.0, 2.0, name="noise")
    attach(ax, pd.DataFrame({"size": [1.0], "score": [0.5]}), x="size", y="score")
    table = read(ax)
    assert list(table["kind"]) == ["points", "reference", "reference", "shaded"]
    assert values(table[1:], "series", "size", "score", "x_low", "x_high") == [
        ("chance", None, 0.25, None, None), (None, 3, None, None, None), ("noise", None, None, 1, 2)]
    assert [line.get_linestyle() for line in ax.lines] == [":", ":"]
    assert len(ax.patches) == 1


@pytest.mark.parametrize("place", [{}, {"x": 1.0, "y": 2.0}])
def test_a_reference_line_has_one_place(ax, place):
    with pytest.raises(InputError, match="needs x or y, one of the two"):
        plot.reference_line(ax, **place)


def test_rounding_errors_around_nought_become_nought_but_small_numbers_on_a_log_axis_stay(ax):
    attach(ax, pd.DataFrame({"x": [0, 1, 2], "y": [1.0, 1e-17, -2e-16]}))
    assert list(read(ax)["y"]) == [1, 0, 0]
    ax.set_yscale("log")
    assert list(read(ax)["y"]) == [1, 1e-17, -2e-16]


def test_a_hidden_panel_is_left_out():
    fig, axes = plot.figure(2)
    for ax in axes:
        attach(ax, pd.DataFrame({"x": [1], "y": [1]}))
    axes[0].set_visible(False)
    assert list(figure_data(fig)) == ["kind", "x", "y"]


def test_the_table_is_a_copy(ax):
    table = pd.DataFrame({"x": [1.0], "y": [2.0]})
    attach(ax, table)
    table["y"] = 9.0
    assert list(read(ax)["y"]) == [2]
    assert list(table) == ["x", "y"]


@pytest.mark.parametrize(("dress", "names"), [
    (lambda ax, i: ax.set_title("ab"[i]), ["a", "b"]),
    (lambda ax, i: ax.annotate("ab"[i], (0, 1), xycoords="axes fraction"), ["a", "b"]),
    (lambda ax, i: ax.set_ylabel("ab"[i]), ["a", "b"]),
    (lambda ax, i: (ax.set_ylabel("y"), ax.set_xlabel("ab"[i])), ["a", "b"]),
    (lambda ax, i: ax.set_ylabel("y"), ["1 y", "2 y"]),
    (lambda ax, i: None, ["1", "2"]),
])
def test_panels_are_named_by_what_tells_them_apart(dress, names):
    fig, axes = plot.figure(2)
    for i, ax in enumerate(axes):
        attach(ax, pd.DataFrame({"x": [i], "y": [i]}))
        dress(ax, i)
    assert list(figure_data(fig)["panel"]) == names


def test_an_empty_figure_has_no_data():
    assert figure_data(plot.figure()[0]).empty


# ---- attached tables


def scores():
    return pd.DataFrame({"model": ["s", "m"] * 2, "task": ["a", "a", "b", "b"], "params": [1e8, 1e9] * 2,
                         "value": [0.0, 0.5, 0.1, 0.9], "n_examples": [20, 20, 30, 30], "subset": None})


def test_scores_tell_model_task_and_interval(ax):
    plot.plot_scores(scores(), hue="task", labels={"a": "Task A"}, chance=0.25, ax=ax)
    table = read(ax)
    assert list(table) == ["series", "kind", "model", "task", "params", "value", "n_examples", "low", "high"]
    assert values(table, "series", "kind", "model", "params", "value")[:3] == [
        ("Task A", "points", "s", 1e8, 0.0), ("Task A", "points", "m", 1e9, 0.5),
        ("b", "points", "s", 1e8, 0.1)]
    assert values(table, "series", "kind", "model", "value")[-1] == ("chance", "reference", None, 0.25)
    assert table.loc[1, ["low", "high"]].tolist() == pytest.approx([0.27196, 0.72804], abs=1e-5)


def test_two_tables_on_one_pair_of_axes_are_both_told(ax):
    plot.plot_scores(scores()[:2], hue="task", ax=ax)
    plot.plot_scores(scores()[2:], hue="task", ax=ax)
    plot.describe(ax, "Other words.")
    assert list(read(ax)["series"]) == ["a", "a", "b", "b"]


def test_curves_tell_their_band_and_the_columns_behind_them(ax):
    data = pd.DataFrame({"g": ["a", "a"], "_at": [1.0, 2.0], "y": [0.1, 0.2], "lo": [0, 0.1], "hi": [1, 1.0]})
    plot.plot_curves(data, x="_at", y="y", hue="g", xlabel="X", ylabel="Y", low="lo", high="hi", ax=ax)
    assert list(read(ax)) == ["series", "kind", "at", "y", "lo", "hi"]
    assert values(read(ax), "series", "kind", "at", "hi") == [("a", "line", 1, 1), ("a", "line", 2, 1)]


def test_a_forest_tells_rows_intervals_and_its_reference(ax):
    data = pd.DataFrame({"what": ["a", "b"], "group": ["g", "h"], "estimate": [1.0, 2.0],
                         "low": [0.5, np.nan], "high": [1.5, np.nan], "n": [10, 20], "aside": [0, 0]})
    plot.plot_forest(data, label="what", hue="group", xlabel="X", reference=1.0, ax=ax)
    table = read(ax)
    assert list(table) == ["series", "kind", "what", "estimate", "low", "high", "n"]
    assert values(table, "series", "kind", "what", "estimate", "low") == [
        ("g", "points", "a", 1, 0.5), ("h", "points", "b", 2, None), (None, "reference", None, 1, None)]


@pytest.mark.parametrize(("cells", "named", "columns"), [
    ([[True, False]], False, ["kind", "row", "column", "value"]),
    ([[0.5, np.nan]], True, ["kind", "model", "step", "value"]),
])
def test_a_grid_tells_every_cell(ax, cells, named, columns):
    table = pd.DataFrame(cells, index=pd.Index(["r"], name="model" if named else None),
                         columns=pd.Index(["one\nline", "two"], name="step" if named else None))
    plot.plot_matrix(table, ax=ax)
    assert list(read(ax)) == columns
    assert len(read(ax)) == 2
    assert csv_text(read(ax)).splitlines()[1].startswith("cell,r,one line,")


def test_a_column_that_the_table_lacks_is_refused(ax):
    with pytest.raises(UnknownNameError, match="Unknown column 'size'"):
        plot.describe(ax, "Text.", data=pd.DataFrame({"value": [1]}), x="size", y="value")


# ---- as a file


@pytest.mark.parametrize(("value", "text"), [
    (1.0, "1"), (2000, "2000"), (175_000_000_000.0, "175000000000"), (3.14e23, "3.14e+23"),
    (1 / 3, "0.33333"), (-0.0, "0"), (1.23456789e-7, "1.2346e-07"), (np.nan, ""), (None, ""),
    (np.inf, "inf"), (True, "True"),
    (np.float64(2.5), "2.5"), (np.int64(3), "3"), ("two\nlines", "two lines"), ("a, b", '"a, b"'),
])
def test_cells_of_the_file(value, text):
    assert csv_text(pd.DataFrame({"v": pd.Series([value], dtype=object), "w": [1]})) == f"v,w\n{text},1\n"


def test_a_shown_figure_carries_its_numbers_and_an_id(ax, shown):
    plot.plot_scores(scores(), hue="task", chance=0.1, ax=ax)
    expected = read(ax)
    plot.show(ax, caption="Two tasks.")
    back = pd.read_csv(io.StringIO(shown[0]["text/csv"]))
    assert list(back) == list(expected)
    assert back["value"].to_numpy() == pytest.approx(expected["value"].to_numpy(dtype=float), rel=1e-5)
    assert list(shown[0]) == ["text/html", "text/plain", "text/csv"]
    assert '" id="fig-' in shown[0]["text/html"]


def test_the_id_follows_the_words_and_not_the_numbers(shown):
    for caption in ("Rise of <em>12.5%</em> in 3 tasks.", "Rise of 99% in 1,024 tasks.", "Fall of 99%."):
        fig, ax = plot.figure()
        attach(ax, pd.DataFrame({"x": [1], "y": [len(caption)]}))
        plot.show(fig, alt="A point.", caption=caption)
    one, two, three = (b["text/html"].split('id="')[1].split('"')[0] for b in shown)
    assert one == two != three


def test_a_figure_without_numbers_offers_none(shown):
    fig, ax = plot.figure()
    ax.text(0.5, 0.5, "words")
    plot.show(fig, alt="Words.")
    assert "text/csv" not in shown[0]
