"""The landing page's figure as files: written once, with its numbers, and as a picture."""

import pandas as pd
import pytest

from book.build import opening


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    opening.write_opening(folder)
    return folder


def test_page_and_numbers_are_written(folder):
    page = (folder / "picture.md").read_text(encoding="utf-8")
    assert page.startswith("<!-- made from ")
    assert '<figure class="em-figure em-explorer" id="explore-landing">' in page
    assert ('<p class="em-chart-says">The same two models leap or climb step by step on the same questions: '
            "it depends on how an answer is read.</p>") in page
    numbers = pd.read_csv(folder / "explore-landing.csv")
    assert set(numbers["test"]) == {"letter", "text", "bits"}
    assert len(numbers) == 3 * (17 + 38)


def test_nothing_is_drawn_again_while_code_and_data_are_the_same(folder, monkeypatch):
    monkeypatch.setattr(opening, "opening_explorer", lambda: pytest.fail("drawn again"))
    assert opening.write_opening(folder) == folder / "picture.md"


def test_another_stamp_draws_again(folder, monkeypatch):
    def again():
        raise InterruptedError

    monkeypatch.setattr(opening, "_stamp", lambda: "another")
    monkeypatch.setattr(opening, "opening_explorer", again)
    with pytest.raises(InterruptedError):
        opening.write_opening(folder)


def test_the_picture_is_one_svg_with_a_description(tmp_path):
    opening.write_svg(tmp_path / "opening.svg")
    svg = (tmp_path / "opening.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg ") and svg.endswith("</svg>\n")
    assert 'aria-label="Right answers against Training tokens (billions, log scale). Sudden. Between' in svg
    assert "var(" not in svg, "such a place knows no colours of ours"
