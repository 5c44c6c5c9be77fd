"""Questions and answers, checked by arithmetic that shares nothing with the generators."""

import re

import jax
import numpy as np
import pytest

from emergence_utils.errors import UnknownNameError
from emergence_utils.train.tasks import (
    CHAIN_SYMBOLS,
    CUE,
    MODULUS,
    PREREQUISITES,
    TASKS,
    evaluation_items,
    get_task,
    held_out,
    training_batch,
)


def asked(name, items=60):
    """(subset, question, answer) of the test of a task, as text."""
    task = get_task(name)
    test = evaluation_items(task, items)
    first = task.question_length
    for row, used, part in zip(test.tokens, test.used, test.part, strict=True):
        yield task.parts[part].name, task.text(row[:first]), task.text(row[first:][used])


def test_sums_are_right():
    for _, question, answer in asked("addition"):
        a, b = map(int, re.fullmatch(r"(\d{4})\+(\d{4})=", question).groups())
        assert int(answer[::-1]) == a + b
        assert len(answer) == 5


@pytest.mark.parametrize("name", ["addition_mixed", "addition_base9"])
def test_sums_in_two_bases_are_right(name):
    seen = set()
    for subset, question, answer in asked(name):
        base, a, b = re.fullmatch(r"\[(\d+)\](\d{4})\+(\d{4})=", question).groups()
        assert subset == f"base {base}"
        assert int(answer[::-1], int(base)) == int(a, int(base)) + int(b, int(base))
        seen.add(base)
    assert seen == ({"9", "10"} if name == "addition_mixed" else {"9"})


def test_products_are_right():
    for _, question, answer in asked("multiplication"):
        a, b = map(int, re.fullmatch(r"(\d\d)×(\d\d)=", question).groups())
        assert int(answer[::-1]) == a * b


def test_modular_sums_are_right():
    for _, question, answer in asked("modular"):
        a, b = map(int, question.rstrip("=").split())
        assert int(answer) == (a + b) % MODULUS


def walked(question):
    state, *operations = re.findall(r"[+×]?\d", question)
    states = [int(state)]
    for operation in operations:
        number = int(operation[1])
        states.append((states[-1] + number if operation[0] == "+" else states[-1] * number) % 10)
    return states


def test_chains_are_right_and_ask_the_same_of_both():
    direct, steps = list(asked("chain_direct")), list(asked("chain_steps"))
    assert [row[:2] for row in direct] == [row[:2] for row in steps]
    for (subset, question, answer), (_, _, written) in zip(direct, steps, strict=True):
        states = walked(question)
        assert subset.startswith(f"{len(states) - 1} step")
        assert written == "".join(map(str, states[1:]))
        assert answer == written[-1]


def test_the_shortcut_is_right_as_often_as_said():
    """In chains long enough for the test to be a fair draw: of short ones few different ones lead back."""
    shallow = [q[0] == answer for subset, q, answer in asked("chain_direct", 500) if subset[0] > "3"]
    random = 1 - 0.4
    expected = 0.4 + random * 0.1
    assert abs(np.mean(shallow) - expected) < 4 * np.sqrt(0.25 / len(shallow))
    assert len(CHAIN_SYMBOLS) == 13


def test_the_cue_overrules():
    for subset, question, answer in asked("distractor"):
        mark, a, b = re.fullmatch(r"([.!])(\d\d)(\d\d)=", question).groups()
        larger = "first" if int(a) > int(b) else "second"
        assert a != b
        assert (mark == "!") == (subset == "cue")
        assert (answer == larger) == (subset == "plain")


def test_skills_are_right():
    rule = {
        "sum of two digits": lambda d: f"{int(d[0]) + int(d[1]):02d}",
        "sum of two numbers": lambda d: f"{int(d[:2]) + int(d[2:]):03d}",
        "sum of three numbers": lambda d: f"{int(d[:2]) + int(d[2:4]) + int(d[4:]):03d}",
        "larger digit": max, "larger number": lambda d: max(d[:2], d[2:]), "reversed": lambda d: d,
    }
    seen = set()
    for subset, question, answer in asked("skills"):
        name, digits = re.fullmatch(r"\[(.*)\] (\d+)=", question).groups()
        assert name == subset
        assert answer[::-1] == rule[name](digits), question
        seen.add(name)
    assert seen == set(rule) == set(PREREQUISITES)
    assert all(set(needs) <= set(PREREQUISITES) for needs in PREREQUISITES.values())


@pytest.mark.parametrize("name", TASKS)
def test_no_question_is_asked_twice_and_none_of_the_test_is_trained_on(name):
    task = get_task(name)
    test = evaluation_items(task, 200)
    questions = test.tokens[:, :task.question_length]
    tokens, weight = map(np.asarray, training_batch(task, jax.random.PRNGKey(1), 4000))
    trained = {row.tobytes() for row in tokens[weight.any(axis=1)][:, :task.question_length].astype(np.int8)}
    for number, part in enumerate(task.parts):
        rows = [row.tobytes() for row in questions[test.part == number]]
        assert len(rows) == len(set(rows)) > 50
        if not part.seen:
            assert not trained & set(rows)
    assert tokens.min() >= 0
    assert tokens.max() < len(task.symbols) <= 40


def test_parts_are_mixed_as_stated():
    task = get_task("distractor")
    tokens, _ = map(np.asarray, training_batch(task, jax.random.PRNGKey(0), 20_000))
    assert abs((tokens[:, 0] == 11).mean() - CUE) < 4 * np.sqrt(CUE / 20_000)


def test_numpy_and_jax_keep_the_same_questions():
    rows = np.random.default_rng(0).integers(0, 38, (500, 7)).astype(np.int32)
    ours, theirs = held_out(rows), np.asarray(held_out(jax.numpy.asarray(rows)))
    assert (ours == theirs).all()
    assert abs(ours.mean() - 0.5) < 0.06


def test_an_unknown_task_is_named():
    with pytest.raises(UnknownNameError, match="did you mean 'addition'"):
        get_task("adition")
