"""Answers of the battery by other arithmetic, its kinds, and answers graded as a choice."""

from __future__ import annotations

from itertools import groupby, permutations

import numpy as np
import pytest

from emergence_utils.train.kinds import KINDS

pytest.importorskip("jax", reason="training needs the extra train: pip install 'emergence-utils[train]'")
from emergence_utils.train import tasks
from emergence_utils.train.battery import BATTERY
from emergence_utils.train.evaluate import Outputs, chosen, other_answers

SHUFFLES = list(permutations(range(3)))


def number(text):
    """Read from the lowest digit on."""
    return int(text[::-1])


def numbers(text, mark):
    return [int(part) for part in text.rstrip("=").split(mark)]


def rotated(text):
    first, rest = int(text[0]), text[1:]
    return rest[first % 6:] + rest[:first % 6]


def running(text):
    return "".join(str(sum(map(int, text[:i + 1])) % 10) for i in range(len(text)))


def looked_up(text):
    pairs, key = text[:-1].split(",")
    return dict(zip(pairs[::2], pairs[1::2], strict=True))[key]


def followed(text, hops):
    places, here = text[:-1].split(",")
    for _ in range(hops):
        here = places[int(here)]
    return here


def composed(text):
    now = tuple(range(3))
    for i, which in enumerate(text[:-1]):
        shuffle = SHUFFLES[int(which)]
        now = shuffle if i == 0 else tuple(now[k] for k in shuffle)
    return str(SHUFFLES.index(now))


def divided(text):
    a, b = numbers(text, ":")
    return f"{a // b:03d}{a % b}"


def sum_is_larger(text):
    left, right = text[:-1].split(">")
    return str(int(sum(numbers(left, "+")) > int(right)))


def back(value, places):
    return f"{value:0{places}d}"[::-1]


EXPECTED = {
    **{f"sum of {d} digits": lambda q, d=d: back(sum(numbers(q, "+")), d + 1) for d in (2, 3, 5)},
    "sum in base 5": lambda q: back(int(np.base_repr(sum(int(x, 5) for x in q[:-1].split("+")), 5)), 5),
    "sum of three numbers": lambda q: back(sum(numbers(q, "+")), 3),
    **{f"difference of {d} digits": lambda q, d=d: back(abs(int(np.diff(numbers(q, "-"))[0])), d)
       for d in (3, 4)},
    "double": lambda q: back(2 * int(q[:4]), 5),
    "product 1 by 3": lambda q: back(int(np.prod(numbers(q, "×"))), 4),
    "product 2 by 2": lambda q: back(int(np.prod(numbers(q, "×"))), 4),
    "square": lambda q: back(int(q[:3]) ** 2, 6),
    "division": divided,
    "sum modulo 23": lambda q: f"{sum(numbers(q, ',')) % 23:02d}",
    "product modulo 23": lambda q: f"{int(np.prod(numbers(q, ','))) % 23:02d}",
    "difference modulo 11": lambda q: f"{(numbers(q, ',')[0] - numbers(q, ',')[1]) % 11:02d}",
    "copy": lambda q: q[:-1],
    "reverse": lambda q: q[:-1][::-1],
    "sort": lambda q: "".join(sorted(q[:-1])),
    "rotate": lambda q: rotated(q[:-1]),
    "running sum": lambda q: running(q[:-1]),
    "largest of 6": lambda q: max(q[:-1]),
    "second largest of 6": lambda q: sorted(q[:-1])[-2],
    "median of 5": lambda q: sorted(q[:-1])[2],
    "larger number": lambda q: f"{max(numbers(q, ',')):04d}",
    "is the sum larger": sum_is_larger,
    "count of ones": lambda q: back(q.count("1"), 2),
    "parity of 10": lambda q: str(q.count("1") % 2),
    "parity of 14": lambda q: str(q.count("1") % 2),
    "majority of 11": lambda q: str(int(q.count("1") > 5)),
    "longest run of 12": lambda q: back(max((len(list(g)) for k, g in groupby(q) if k == "1"), default=0), 2),
    "look up in 4 pairs": looked_up,
    "follow 2 pointers": lambda q: followed(q, 2),
    "follow 4 pointers": lambda q: followed(q, 4),
    "compose 4 shuffles": composed,
    "compose 7 shuffles": composed,
    "decimal to binary": lambda q: f"{int(q[:-1]):010b}"[::-1],
    "binary to decimal": lambda q: back(int(q[:-1], 2), 4),
}


@pytest.mark.parametrize("name", sorted(BATTERY))
def test_answers_by_other_arithmetic(name):
    task = BATTERY[name]
    items = tasks.evaluation_items(task, 60)
    for row in items.tokens:
        question, answer = task.text(row[:task.question_length]), task.text(row[task.question_length:])
        assert answer == EXPECTED[name](question), question


def test_every_task_has_a_kind():
    assert set(BATTERY) == set(KINDS)
    assert set(EXPECTED) == set(KINDS)


@pytest.mark.parametrize("name", ["largest of 6", "second largest of 6", "median of 5", "longest run of 12",
                                  "product modulo 23", "count of ones"])
def test_chance_is_that_of_the_best_constant_answer(name):
    task = BATTERY[name]
    items = tasks.evaluation_items(task)
    _, counts = np.unique(items.tokens[:, task.question_length:], axis=0, return_counts=True)
    n = len(items.tokens)
    assert counts.max() / n == pytest.approx(task.parts[0].chance, abs=3 * np.sqrt(0.25 / n))


def test_a_choice_is_among_answers_that_differ():
    task = tasks.get_task("distractor")
    items = tasks.evaluation_items(task, 8)
    whose, n = other_answers(items), len(items.part)
    assert (items.part[whose] == items.part).all()
    right = np.log(np.full((n, 1), 0.6))
    some = Outputs(right, right, right, items.tokens[:, -1:], np.log(np.full((n, 3), 0.4)))
    good, guess = chosen(task, items, some)
    assert good.all()  # also where an option is the right answer itself, which is no rival
    answers = items.tokens[:, -1]
    different = [len({answers[i], *answers[whose[:, i]]}) for i in range(n)]
    np.testing.assert_allclose(guess, 1 / np.array(different))
    none = Outputs(right, right, right, items.tokens[:, -1:], np.log(np.full((n, 3), 0.7)))
    assert (chosen(task, items, none)[0] == (np.array(different) == 1)).all()
