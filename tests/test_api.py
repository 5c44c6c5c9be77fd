"""The public names: what a reader may import, that each is described, and what importing costs."""

import inspect
import subprocess
import sys
from importlib import import_module

import pytest

API = {
    "emergence_utils": [
        "EmergenceError", "InputError", "Interval", "Result", "SchemaError", "UnknownNameError",
        "association", "chapters", "curves", "datasets", "emergence", "explorers", "fitting",
        "intervals", "metrics", "plot", "report", "ushape", "validate_scores",
    ],
    "emergence_utils.association": ["partial_r2", "r_squared", "spearman"],
    "emergence_utils.chapters": [
        "axis", "chains", "cot", "definition", "density", "metric", "open_claims", "ushape",
    ],
    "emergence_utils.chapters.axis": [
        "FAMILIES", "Rise", "SCALES", "as_if_straight", "breaks", "common_brackets",
        "compare_families", "count_breaks", "explained", "first_above", "flat_slopes", "gaps",
        "item_noise", "jeffreys", "log_error", "one_row_each", "place",
        "predict_first_above_chance", "rate_exponent", "redrawn_breaks", "rows_before_rise",
        "size_effect", "size_ratios", "slope_power", "spacing", "spike", "steepest_gap_by_axis",
        "sweep_breaks", "winners", "with_loss",
    ],
    "emergence_utils.chapters.chains": [
        "CHAIN_PAIRS", "ChainFits", "KINDS", "LADDER_SOURCES", "LINKS", "MatchedPairs",
        "SKILL_ORDER", "all_or_nothing_ladders", "as_steps", "chain_exponent", "chain_success",
        "chain_width_ratio", "compare_averages", "decade_ahead", "excess", "fit_chains",
        "forecast_held_out", "hard_soft", "jumps_of_emergent", "ladder_shape",
        "latent_threshold", "learnable", "matched_difference", "open_chains",
        "order_violations", "ordered_pairs", "plot_average", "plot_groups", "plot_long_short",
        "scattered_steps", "share_passing", "skills", "step_power", "step_success_needed",
        "step_table", "symbolic_chains", "task_grid", "with_steps",
    ],
    "emergence_utils.chapters.cot": [
        "ChainFit", "Crossover", "chain_crossing", "chain_score", "crossing_gap", "crossover",
        "crossover_all", "differences", "effective_steps", "fit_chain", "plot_crossings",
        "plot_differences", "plot_plane", "plot_signs", "plot_step_rates", "sign_flips",
        "step_rate",
    ],
    "emergence_utils.chapters.definition": [
        "Share", "branching_survival", "fitted_rise_width", "fitted_width_ratio", "in_stages",
        "onset_answer", "share", "turns_present",
    ],
    "emergence_utils.chapters.density": [
        "DECLINE_CURVES", "DipTest", "FlatForecast", "HeldOut", "NULL_HYPOTHESES", "NullCounts",
        "Outlook", "Thinned", "across_gaps", "chance_cut", "compute", "count_before_rise", "decline",
        "dense_part", "dip", "dip_test", "doublings", "exponent", "exponents", "fit_loss",
        "flat_forecast", "flat_slope", "forecast_all", "held_out", "items_for_slope", "items_for_step",
        "null_counts", "one_more", "predict_loss", "repeats", "resolvable_sizes",
        "steepest_rises", "summarise", "surviving",
    ],
    "emergence_utils.chapters.metric": [
        "argmax_accuracy", "chain_accuracy", "chain_rise_width", "half_accuracy_scale", "kink",
        "lead",
    ],
    "emergence_utils.chapters.open_claims": [
        "EPOCH", "FORECASTERS", "HOFFMANN", "Least", "LossLaw", "SandwichRules", "best_ratio",
        "bootstrap_laws", "final_runs", "fit_loss_law", "forecast_targets", "forecast_task",
        "ladder_ends", "least_compute", "logistic_forecast", "sandwich_forecast", "shortfall",
        "sweep",
    ],
    "emergence_utils.chapters.ushape": [
        "CURVES_WITHOUT_U", "Distractor", "SCORE_NAMES", "SIMULATED_CURVES", "call_rates",
        "calls_below_threshold", "calls_by_luck", "calls_upturn", "found_shapes", "item_thirds",
        "plot_simulated_rates", "plot_two_lines", "rejection_rates", "selection_rates",
        "simulate_curve", "simulate_ladder", "sorted_groups", "stored_calibration",
    ],
    "emergence_utils.curves": [
        "Constant", "Curve", "Isotonic", "Line", "Logistic", "PowerLaw", "Segmented", "Step",
    ],
    "emergence_utils.datasets": ["Card", "cite", "describe", "list_datasets", "load", "with_chance"],
    "emergence_utils.emergence": [
        "DEFINITIONS", "Extrapolation", "JumpTest", "Pattern", "Presence", "Rules", "Verdicts",
        "above_chance", "agreement", "bimodality", "breakthroughness", "by_items",
        "by_smallest_model", "contrast_metrics", "define", "define_all", "extrapolate",
        "jump_power", "jump_test", "largest_jump", "linearity", "onset", "onset_surprise",
        "presence", "presence_all", "sweep_rules",
    ],
    "emergence_utils.errors": [
        "EmergenceError", "InputError", "SchemaError", "UnknownNameError", "nearest",
    ],
    "emergence_utils.explorers": [
        "CHAINS", "COLOURS", "DenseLadder", "Explorer", "Knob", "RealChain", "SHAPES", "axis",
        "chain", "cot", "density", "explorer_html", "items", "landing", "metric", "show",
        "smallest", "ushape",
    ],
    "emergence_utils.fitting": ["Fit", "compare", "fit", "power_exponent"],
    "emergence_utils.intervals": [
        "binomial", "binomial_bounds", "bootstrap", "clustered", "items_needed", "paired",
        "resampled_rows", "rule_of_three", "standard_error", "two_proportions",
    ],
    "emergence_utils.metrics": [
        "Metric", "answer_probability", "bits_per_byte", "bleu", "brier_multiclass",
        "brier_target", "chance_level", "choice_probabilities", "corpus_bleu", "exact_match",
        "f1", "get_metric", "list_metrics", "log_prob_per_byte", "log_prob_per_token",
        "multiple_choice_grade", "pass_at_k", "pass_until", "token_accuracy",
        "token_edit_distance",
    ],
    "emergence_utils.plot": [
        "AXIS_LABELS", "GRID", "INK", "MARKERS", "MUTED", "PALETTE", "alt_text", "describe",
        "figure", "figure_data", "figure_html", "legend_above", "plot_curves", "plot_forest",
        "plot_matrix", "plot_scores", "reference_line", "shade", "short_number", "show",
        "theme",
    ],
    "emergence_utils.report": [
        "MIME", "VERDICTS", "Verdict", "collect", "count", "ledger", "mismatches", "say",
        "table", "update_ledger", "verdict",
    ],
    "emergence_utils.results": ["Interval", "Result", "Status"],
    "emergence_utils.schema": ["COLUMNS", "Column", "KEY", "validate_scores"],
    "emergence_utils.ushape": [
        "LindMehlum", "Smooth", "Smoother", "TwoLines", "holm", "lind_mehlum",
        "lind_mehlum_many", "two_lines", "u_tests",
    ],
}


@pytest.mark.parametrize("module", API)
def test_public_names_are_these(module):
    assert sorted(import_module(module).__all__) == API[module]


@pytest.mark.parametrize("module", API)
def test_every_public_name_is_described(module):
    loaded = import_module(module)
    assert inspect.getdoc(loaded), module
    for name in loaded.__all__:
        thing = getattr(loaded, name)
        if not (inspect.isclass(thing) or inspect.isroutine(thing) or inspect.ismodule(thing)):
            continue  # constants and type aliases are described where they are set
        text = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
        assert text and text.strip(), f"{module}.{name}"
        assert not text.startswith(f"{name}("), f"{module}.{name} has only the text that dataclass makes"


@pytest.mark.parametrize("module", API)
def test_names_of_a_package_are_those_of_its_parts(module):
    """`dir` and `from ... import *` offer them too, also where submodules load late."""
    space = {}
    exec(f"from {module} import *", space)
    assert set(API[module]) <= set(space)
    assert set(API[module]) <= set(dir(import_module(module)))


def test_unknown_attribute_is_refused_as_usual():
    with pytest.raises(AttributeError, match="module 'emergence_utils' has no attribute 'plots'"):
        import_module("emergence_utils").plots  # noqa: B018


@pytest.mark.parametrize("statement", [
    "import emergence_utils", "from emergence_utils import Result, InputError",
    "from emergence_utils import datasets",
])
def test_importing_loads_nothing_heavier_than_pandas(statement):
    heavy = ["scipy", "matplotlib", "seaborn", "IPython", "sacrebleu"]
    code = (f"{statement}; import sys; "
            f"print([m for m in {heavy} if m in sys.modules], 'pandas' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"
