"""Explorers of these tests are never shown, so nothing else closes their static figures."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    plt.close("all")
