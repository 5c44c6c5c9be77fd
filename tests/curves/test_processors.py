"""The same ladders fitted as on other processors: the optimum does not depend on the machine."""

import json
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

#: Extensions that NumPy and OpenBLAS are told to leave alone; those that this machine lacks change nothing.
PROCESSORS = {
    "AVX2": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR", "OPENBLAS_CORETYPE": "Haswell"},
    "plain": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
              "OPENBLAS_CORETYPE": "Nehalem"},
}
#: Every family on every twelfth shipped ladder of six or more models; losses, and forecasts a decade on.
SCRIPT = """
import json, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
from emergence_utils import curves, ladders, load
families = [curves.Constant(), curves.Line(), curves.Segmented(), curves.Step(), curves.Logistic(floor=0.0),
            curves.Logistic(floor=None), curves.Gompertz(), curves.Gompertz(mirror=True),
            curves.SaturatingExponential(), curves.PowerLaw(errors="additive")]
found = ladders(load("gpt3"), min_models=6)[::6] + ladders(load("bigg"), min_models=6)[::12]
out = {}
for i, one in enumerate(found):
    n = one.n_examples if one.metric.all_or_nothing else None
    for family in families:
        fitted = curves.fit(family, one.x, one.score, n)
        out[f"{i} {family}"] = fitted.log_likelihood
    out[f"{i} forecast"] = curves.forecast(one, at=10 * float(one.scale[-1])).estimate
print(json.dumps(out))
"""


def losses(settings: dict[str, str]) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True,
                          env=os.environ | {"OMP_NUM_THREADS": "1"} | settings)
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def here() -> dict[str, float]:
    return losses({})


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="these settings are of x86")
@pytest.mark.parametrize("processor", PROCESSORS)
def test_losses_agree_to_a_billionth(here, processor):
    there = losses(PROCESSORS[processor])
    assert len(here) > 150
    assert list(here) == list(there)
    a, b = (np.array(list(d.values()), dtype=float) for d in (here, there))
    assert (np.isnan(a) == np.isnan(b)).all()
    apart = np.abs(a - b) / np.maximum(1.0, np.abs(a))
    worst = int(np.nanargmax(apart))
    assert apart[worst] < 1e-9, f"{list(here)[worst]}: {a[worst]!r} here, {b[worst]!r} there"
