"""The public names: what a reader may import, that each is described, and what importing costs."""

import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import emergence_utils

PARTS = ["association", "chapters", "curves", "explorers", "forecasts", "intervals", "laws", "measures",
         "metrics", "plot", "report", "resample", "scores"]
#: The toolkit: what a reader imports.
TOOLKIT = [
    "DataWarning", "EmergenceError", "Gompertz", "InputError", "Interval", "Jump", "Kink", "Ladder", "Line",
    "LindMehlum", "Logistic", "Monotone", "PowerLaw", "Presence", "Result", "Rules",
    "SaturatingExponential", "SchemaError", "Segmented", "Step", "TwoLines", "UFromCounts",
    "UnknownNameError", "above_chance", "binomial", "bootstrap", "breakthroughness", "cite", "clustered",
    "compare", "define", "describe", "fill_chance", "fit", "forecast", "get_metric", "ladders", "linearity",
    "list_datasets", "load", "measure", "paired", "two_proportions", "validate",
]
#: Every module that offers names, the chapters' and the explorers' included.
MODULES = sorted({m.name for m in pkgutil.walk_packages(emergence_utils.__path__, "emergence_utils.")
                  if m.ispkg and not m.name.rpartition(".")[2].startswith("_")}
                 | {f"emergence_utils.{name}" for name in ("association", "errors", "report", "resample",
                                                           "results", "scores")} | {"emergence_utils"})


def test_the_toolkit_is_these_names():
    assert sorted(emergence_utils.__all__) == sorted([*TOOLKIT, *PARTS])
    assert len(TOOLKIT) <= 45


@pytest.mark.parametrize("module", MODULES)
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


@pytest.mark.parametrize("module", MODULES)
def test_names_of_a_package_are_those_of_its_parts(module):
    """`dir` and `from ... import *` offer them too, also where submodules load late."""
    space = {}
    exec(f"from {module} import *", space)
    loaded = import_module(module)
    assert set(loaded.__all__) <= set(space)
    assert set(loaded.__all__) <= set(dir(loaded))


def test_unknown_attribute_is_refused_as_usual():
    with pytest.raises(AttributeError, match="module 'emergence_utils' has no attribute 'plots'"):
        import_module("emergence_utils").plots  # noqa: B018


@pytest.mark.parametrize("statement", [
    "import emergence_utils", "from emergence_utils import Result, InputError",
    "from emergence_utils import load", "from emergence_utils import scores",
])
def test_importing_loads_nothing_heavier_than_pandas(statement):
    heavy = ["scipy", "matplotlib", "seaborn", "IPython", "sacrebleu"]
    code = (f"{statement}; import sys; "
            f"print([m for m in {heavy} if m in sys.modules], 'pandas' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"
