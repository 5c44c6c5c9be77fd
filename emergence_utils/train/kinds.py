"""The battery of tasks by kind; tasks of one kind count as one cluster. Needs no JAX."""

from __future__ import annotations

__all__ = ["KINDS"]

_BY_KIND: dict[str, tuple[str, ...]] = {
    "sums": ("sum of 2 digits", "sum of 3 digits", "sum of 5 digits",
             "sum in base 5", "sum of three numbers", "double"),
    "differences": ("difference of 3 digits", "difference of 4 digits"),
    "products": ("product 1 by 3", "product 2 by 2", "square"),
    "divisions": ("division",),
    "remainders": ("sum modulo 23", "product modulo 23", "difference modulo 11"),
    "strings": ("copy", "reverse", "sort", "rotate", "running sum"),
    "order": ("largest of 6", "second largest of 6", "median of 5", "larger number", "is the sum larger"),
    "counts": ("count of ones", "parity of 10", "parity of 14", "majority of 11", "longest run of 12"),
    "look-ups": ("look up in 4 pairs", "follow 2 pointers", "follow 4 pointers"),
    "shuffles": ("compose 4 shuffles", "compose 7 shuffles"),
    "bases": ("decimal to binary", "binary to decimal"),
}
#: The kind of each task.
KINDS: dict[str, str] = {task: kind for kind, tasks in _BY_KIND.items() for task in tasks}
