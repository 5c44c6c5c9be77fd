"""The measured table on the contributor page."""

from book.build.quality import quality_block


def test_the_table_shows_each_page_and_the_times(tmp_path):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks/site_quality.csv").write_text(
        "page,performance,LCP (s),layout shift\na,97.0,1.66,0.0\n")
    (tmp_path / "benchmarks/site_build.csv").write_text("what,value\nwhole build (s),26.5\nfiles,174.0\n")
    block = quality_block(tmp_path)
    assert "| a | 97 | 1.7 | 0.000 |" in block
    assert "whole build 26.5 s; files 174." in block and "waits" not in block
    (tmp_path / "benchmarks/site_answers.csv").write_text("page,tap,words (ms),chart (ms)\na,first,51,3956\n")
    assert "| a | first | 51 | 3,956 |" in quality_block(tmp_path)


def test_without_measurements_it_says_so(tmp_path):
    assert quality_block(tmp_path) == "Nothing is stored yet: `python benchmarks/site_quality.py` measures.\n"
