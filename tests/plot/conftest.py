"""Axes to draw on, closed again after each test."""

import matplotlib.pyplot as plt
import pytest

from emergence_utils import plot


@pytest.fixture(autouse=True)
def _agg():
    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return plot.figure()[1]
