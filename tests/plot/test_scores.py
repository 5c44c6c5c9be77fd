"""Score plots: what is drawn, and what the alt text says of it."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from emergence_utils import DataWarning, InputError, UnknownNameError, plot
from emergence_utils.intervals import binomial_bounds


def scores(**changes):
    """Two tasks on three sizes, rows out of order; `sums` ends below its highest score."""
    return pd.DataFrame({
        "task": ["sums", "words", "sums", "words", "sums", "words"],
        "params": [1e9, 1e9, 1e8, 1e8, 1e10, 1e10],
        "value": [0.875, 0.5, 0.125, 0.25, 0.625, 1.0],
        "n_examples": [40, 80, 40, 80, 40, 1600],
    }).assign(**changes)


def bars(ax):
    return [c for c in ax.collections if isinstance(c, LineCollection)]


@pytest.mark.parametrize("level", [0.95, 0.5])
def test_intervals_are_exact_binomial(ax, level):
    plot.plot_scores(scores(), hue="task", level=level, ax=ax)
    for task, drawn in zip(["sums", "words"], bars(ax), strict=True):
        rows = scores()[lambda d, task=task: d["task"] == task].sort_values("params")
        low, high = binomial_bounds(rows["value"].to_numpy(), rows["n_examples"].to_numpy(), level=level,
                                    method="clopper-pearson")
        segments = np.array(drawn.get_segments())
        assert segments[:, 0, 0] == pytest.approx(rows["params"].to_numpy())
        assert segments[:, 0, 1] == pytest.approx(low)
        assert segments[:, 1, 1] == pytest.approx(high)


def test_lines_follow_scale_with_colour_and_marker_of_their_own(ax):
    plot.plot_scores(scores(), hue="task", ax=ax)
    sums, words = ax.lines
    assert sums.get_xdata().tolist() == [1e8, 1e9, 1e10]
    assert sums.get_ydata().tolist() == [0.125, 0.875, 0.625]
    assert words.get_ydata().tolist() == [0.25, 0.5, 1.0]
    assert [line.get_color() for line in ax.lines] == list(plot.PALETTE[:2])
    assert [line.get_marker() for line in ax.lines] == list(plot.MARKERS[:2])
    assert ax.get_xscale() == "log"


def test_alt_text_says_what_the_figure_shows(ax):
    plot.plot_scores(scores(), hue="task", chance=0.25, ylabel="Exact match", items="problems", ax=ax)
    assert plot.alt_text(ax.figure) == (
        "Exact match against parameters, 100M to 10B (log axis): sums from 0.125 to 0.625 (highest 0.875); "
        "words from 0.25 to 1. Chance level 0.25. "
        "Intervals are exact binomial, 40 to 1,600 problems per point.")


def test_alt_text_of_a_single_line(ax):
    plot.plot_scores(scores().query("task == 'sums'"), log_x=False, ax=ax)
    assert plot.alt_text(ax.figure) == (
        "Score against parameters, 100M to 10B: score from 0.125 to 0.625 (highest 0.875). "
        "Intervals are exact binomial, 40 items per point.")
    assert ax.get_xscale() == "linear"
    assert ax.get_legend() is None


def test_points_without_counts_have_no_interval_and_it_is_said(ax):
    data = scores()
    data.loc[0, "n_examples"] = np.nan
    plot.plot_scores(data, hue="task", ax=ax)
    assert len(bars(ax)) == 1  # of words
    assert "Not every point has a count of items" in plot.alt_text(ax.figure)


@pytest.mark.parametrize("kwargs", [{"n": None}, {"n": "count"}])
def test_without_counts_no_interval_is_drawn(ax, kwargs):
    plot.plot_scores(scores(), hue="task", ax=ax, **kwargs)
    assert bars(ax) == []
    assert "Intervals are exact" not in plot.alt_text(ax.figure)


def test_chance_is_a_dotted_line_with_its_name(ax):
    plot.plot_scores(scores(), hue="task", chance=0.25, ax=ax)
    line = ax.lines[-1]
    assert list(line.get_ydata()) == [0.25, 0.25]
    assert line.get_linestyle() == ":"
    assert [t.get_text() for t in ax.texts] == ["chance"]


def test_legend_and_alt_text_use_the_labels_in_the_order_given(ax):
    plot.plot_scores(scores(), hue="task", labels={"sums": "Sums of two"}, order=["words", "sums"],
                     ax=ax)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["words", "Sums of two"]
    assert "words from 0.25 to 1; Sums of two from 0.125" in plot.alt_text(ax.figure)
    assert ax.lines[0].get_ydata().tolist() == [0.25, 0.5, 1.0]


def test_alt_text_speaks_only_of_the_groups_drawn(ax):
    data = scores()
    data.loc[data["task"] == "words", "params"] *= 100
    plot.plot_scores(data, hue="task", order=["sums"], ax=ax)
    text = plot.alt_text(ax.figure)
    assert "100M to 10B" in text
    assert "40 items per point" in text


def test_points_may_stay_apart(ax):
    plot.plot_scores(scores(), hue="task", connect=False, ax=ax)
    assert {line.get_linestyle() for line in ax.lines} == {"None"}


@pytest.mark.parametrize(("x", "label"), [
    ("params", "Parameters (log scale)"), ("step", "Optimiser step (log scale)"),
    ("width", "width (log scale)"),
])
def test_axis_says_its_scale(ax, x, label):
    plot.plot_scores(scores().rename(columns={"params": x}), x=x, hue="task", ylabel="Exact match", ax=ax)
    assert ax.get_xlabel() == label
    assert ax.get_ylabel() == "Exact match"


@pytest.mark.parametrize(("kwargs", "message"), [
    ({"x": "param"}, "Unknown column 'param'; did you mean 'params'?"),
    ({"y": "valu"}, "Unknown column 'valu'; did you mean 'value'?"),
    ({"hue": "tasks"}, "Unknown column 'tasks'; did you mean 'task'?"),
    ({"hue": "task", "order": ["sums", "word"]}, "Unknown task 'word'; did you mean 'words'?"),
])
def test_unknown_names_get_the_nearest(ax, kwargs, message):
    with pytest.raises(UnknownNameError) as error:
        plot.plot_scores(scores(), ax=ax, **kwargs)
    assert message in str(error.value)


@pytest.mark.parametrize("data", [None, scores().iloc[:0]])
def test_an_empty_table_is_refused(ax, data):
    with pytest.raises(InputError, match="at least one row"):
        plot.plot_scores(data, ax=ax)


@pytest.mark.parametrize(("value", "text"), [
    (1.25e8, "125M"), (6.9e9, "6.9B"), (1e12, "1T"), (1500, "1.5k"), (999, "999"), (0.5, "0.5"), (0, "0"),
    (-2e6, "-2M"),
])
def test_short_numbers(value, text):
    assert plot.short_number(value) == text


# ---- curves


def curves():
    x = np.array([1.0, 10, 100])
    return pd.concat([pd.DataFrame({"x": x, "y": a * x / 100, "kind": a, "lo": 0.0, "hi": 1.0})
                      for a in (2, 1)])


def draw(ax, **kwargs):
    settings = {"x": "x", "y": "y", "hue": "kind", "xlabel": "Items", "ylabel": "Rate", "ax": ax} | kwargs
    return plot.plot_curves(curves(), **settings)


def test_simulated_curves_say_so_in_figure_and_alt_text(ax):
    draw(ax, simulated=True)
    assert [t.get_text() for t in ax.texts] == ["simulation"]
    assert plot.alt_text(ax.figure) == (
        "Simulated curves: Rate against Items: 2 from 0.02 to 2; 1 from 0.01 to 1.")


def test_measured_curves_do_not(ax):
    draw(ax, labels={1: "one", 2: "two"}, order=[1, 2])
    assert len(ax.texts) == 0
    assert plot.alt_text(ax.figure) == "Rate against Items: one from 0.01 to 1; two from 0.02 to 2."
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["one", "two"]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_xscale()) == ("Items", "Rate", "log")


def test_groups_differ_in_line_style_too(ax):
    draw(ax, log_x=False)
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
    assert ax.get_xscale() == "linear"


def test_band_runs_between_its_columns(ax):
    draw(ax, low="lo", high="hi")
    y = np.concatenate([c.get_paths()[0].vertices[:, 1] for c in ax.collections])
    assert len(ax.collections) == 2
    assert set(y) == {0.0, 1.0}


def test_rows_without_a_place_are_refused_and_not_dropped(ax):
    """Three models without parameters once vanished from the picture and from its words."""
    data = pd.DataFrame({"params": [None, None, None, 1e9, 2e9], "value": [.2, .3, .4, .5, .6],
                         "n_examples": 100})
    with pytest.raises(InputError, match="column 'params' is missing or infinite in 3 of 5 rows; leave"):
        plot.plot_scores(data, ax=ax)
    with pytest.raises(InputError, match="column 'value' must hold numbers, got 'a'"):
        plot.plot_scores(data.assign(params=1e9, value=["a"] * 5), ax=ax)


def test_one_line_through_several_promptings_is_warned_of(ax):
    sums = scores().query("task == 'sums'").assign(model=list("abc"), family="F")
    both = pd.concat([sums.assign(prompting="few-shot"), sums.assign(prompting="zero-shot", value=0.1)])
    with pytest.warns(DataWarning) as told:
        plot.plot_scores(both, ax=ax)
    assert [str(w.message) for w in told] == [
        "A line joins several scores of one model, since column 'prompting' holds 'few-shot', 'zero-shot': "
        "keep one of them, or give hue='prompting'."]
    assert told[0].filename == __file__
    # apart, or as points, they may stand in one figure; so may two models that were asked each in its way
    plot.plot_scores(both, hue="prompting", ax=ax)
    plot.plot_scores(both, connect=False, ax=ax)
    plot.plot_scores(pd.concat([both[:1], both[4:]]), ax=ax)


def test_other_settings_are_named_with_their_numbers(ax):
    shots = pd.concat([scores().query("task == 'words'").assign(n_shot=n) for n in (0, 5)])
    with pytest.warns(DataWarning, match="column 'n_shot' holds 0, 5"):
        plot.plot_scores(shots, hue="task", ax=ax)
