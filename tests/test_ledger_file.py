"""The claims ledger is well formed: what the site shows rests on this file alone."""

from pathlib import Path

from book.build.parts import WAITS
from emergence_utils.report import VERDICTS, ledger

BOOK = Path(__file__).parents[1] / "book"
LEDGER = ledger()
CLAIMS = LEDGER["claims"]

GROUPS = [
    "Definitions",
    "Choice of metric",
    "Plot axes",
    "Density of models along scale",
    "U-shapes and chain-of-thought",
    "Forecasting",
    "Chains of steps and limits of data",
    "Facts reported with the paper",
]
CHAPTERS = {None} | {p.stem for p in (BOOK.parent / "notebooks").glob("*.ipynb")}


def words(value: object) -> bool:
    """Whether `value` is text that begins and ends with something to read."""
    return isinstance(value, str) and value != "" and value == value.strip()


def test_the_file_holds_sources_sides_and_claims_only():
    assert set(LEDGER) == {"sources", "sides", "claims"}


def test_every_source_is_described():
    assert list(LEDGER["sources"]) == ["S0", "S1", "S2", "S3", "S4"]
    for key, source in LEDGER["sources"].items():
        assert set(source) == {"author", "title", "date", "venue"}, key
        assert all(words(text) for text in source.values()), key


def test_claims_are_numbered_without_a_gap():
    assert sorted(int(claim["id"][1:]) for claim in CLAIMS) == [*range(1, 85)]


def test_every_claim_has_the_same_fields():
    fields = ["id", "group", "said_by", "claim", "test", "chapter", "result"]
    more = {"quantifier", "rule", "redrawn", "needs"}
    assert all([k for k in claim if k not in more] == fields for claim in CLAIMS)


def test_every_open_claim_says_what_would_decide_it():
    needs = {claim["id"]: claim["needs"] for claim in CLAIMS if "needs" in claim}
    assert set(needs) == {c["id"] for c in CLAIMS if c["result"] and c["result"]["verdict"] == "open"}
    for claim, needed in needs.items():
        assert needed["from"] in WAITS, claim
        assert words(needed["what"]) and needed["what"].endswith("."), claim


def test_groups_are_known_and_stand_together():
    seen = list(dict.fromkeys(claim["group"] for claim in CLAIMS))
    assert seen == GROUPS
    order = [GROUPS.index(claim["group"]) for claim in CLAIMS]
    assert order == sorted(order)


def test_every_claim_names_its_sources_once_and_in_order():
    for claim in CLAIMS:
        said_by = claim["said_by"]
        assert said_by, claim["id"]
        assert set(said_by) <= set(LEDGER["sources"]), claim["id"]
        assert said_by == sorted(set(said_by)), claim["id"]


def test_every_source_makes_a_claim():
    assert {key for claim in CLAIMS for key in claim["said_by"]} == set(LEDGER["sources"])


def test_texts_are_whole_sentences():
    for claim in CLAIMS:
        for field in ("claim", "test"):
            text = claim[field]
            assert words(text), (claim["id"], field)
            assert text[0].isupper(), (claim["id"], field)
            assert text.endswith("."), (claim["id"], field)
            assert "  " not in text, (claim["id"], field)
            assert "\n" not in text, (claim["id"], field)


def test_no_text_stands_twice():
    for field in ("claim", "test"):
        texts = [claim[field] for claim in CLAIMS]
        assert len(set(texts)) == len(texts), field


def test_chapters_are_known():
    assert {claim["chapter"] for claim in CLAIMS} <= CHAPTERS


def test_results_are_open_or_carry_an_allowed_verdict():
    for claim in CLAIMS:
        result = claim["result"]
        if result is None:
            continue
        assert isinstance(result, dict), claim["id"]
        assert result.get("verdict") in VERDICTS, claim["id"]
        assert claim["chapter"] is not None, f"{claim['id']} has a result but no chapter"
        for field in ("because", "rule", "anchor"):
            assert words(result.get(field)), (claim["id"], field)
        assert all(words(note) for note in result["notes"]), claim["id"]
