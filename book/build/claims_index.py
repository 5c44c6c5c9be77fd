"""The claims as a script file, for the search page: no request but this one, and none on other pages."""

from __future__ import annotations

import json
from typing import Any

from emergence_utils.report import VERDICTS

from .parts import ledger_claims, verdict_of

__all__ = ["claims_script"]


def claims_script(ledger: Any) -> str:
    """Write the claims as JavaScript that sets ``emClaims``.

    Parameters
    ----------
    ledger : mapping
        The claims with their results..

    Returns
    -------
    str
        Each claim is an object with ``id``, ``verdict``, its class ``tone``, the ``claim`` itself and
        ``more``: test and reason, which are searched too but count less.
    """
    rows = []
    for item in ledger_claims(ledger):
        verdict = verdict_of(item)
        because = item["result"]["because"] if item["result"] else ""
        rows.append({"id": item["id"], "verdict": verdict, "tone": VERDICTS[verdict], "claim": item["claim"],
                     "more": " ".join(filter(None, (item["test"], because)))})
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"window.emClaims = {data};\n"
