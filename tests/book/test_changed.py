"""The page of changed verdicts: nothing moves without a sentence that says why."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from book.build.changed import CHANGES, after_edition, changed_page, moved_claims
from emergence_utils.errors import InputError
from emergence_utils.report import ledger

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def files():
    return json.loads((ROOT / CHANGES).read_text(encoding="utf-8")), ledger()


def test_every_verdict_that_moved_says_why(files):
    changes, ledger = files
    page = changed_page(changes, ledger)
    for number, edition in enumerate(changes["editions"]):
        for claim in moved_claims(edition, after_edition(changes["editions"], number, ledger)):
            assert f"**[{claim}](#{claim.lower()})**" in page


def test_a_move_without_a_reason_and_a_reason_without_a_claim_are_refused(files):
    changes, ledger = deepcopy(files)
    edition = changes["editions"][-1]
    edition["why"] = {}
    claim = next(c for c in ledger["claims"] if c["id"] in edition["before"])
    edition["before"][claim["id"]]["verdict"] = "fails" if claim["result"]["verdict"] == "holds" else "holds"
    with pytest.raises(InputError, match=r"moved and nothing says why; add a sentence under 'why'\.$"):
        changed_page(changes, ledger)
    changes, ledger = deepcopy(files)
    changes["editions"][0]["why"]["C999"] = "no such claim"
    with pytest.raises(InputError, match="'why' speaks of the unknown claim 'C999'"):
        changed_page(changes, ledger)


def test_editions_and_claims_are_folded_and_the_newest_is_open(files):
    page = changed_page(*files)
    titles = [e["title"] for e in files[0]["editions"]]
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == titles[::-1]
    newest, *older = page.split("\n## ")[1:]
    assert '<details class="em-fold" open>' in newest and not any(" open>" in part for part in older)
    assert page.count("<details") == page.count("</details>")
    assert page.count("</b> ") == sum(len(e["why"]) for e in files[0]["editions"]), "one fold a claim"


def test_an_edition_is_compared_with_the_one_after_it(files):
    """What a later edition moved is not put down to an earlier one."""
    _, ledger = files
    first, later = ({"title": "T", "text": [], "tests": [], "before": {"C1": {"verdict": v}}, "why": {}}
                    for v in ("fails", "open"))
    assert moved_claims(first, after_edition([first, later], 0, ledger)) == ["C1"]
    assert after_edition([first, later], 0, ledger)["C1"] == {"verdict": "open"}
    assert after_edition([first, later], 1, ledger)["C1"] == ledger["claims"][0]["result"]
