"""Tables that a student brings: each fault is named, a sound one is looked at as its chapter does."""

import pandas as pd
import pytest

from emergence_utils.course import exercises

CHAINS = pd.DataFrame({"model": list("ABCDE") * 2, "task": ["short"] * 5 + ["long"] * 5, "chance": 0.0,
                       "value": [0.3, 0.5, 0.7, 0.8, 0.9, 0.1, 0.2, 0.4, 0.6, 0.7]}).assign(
    source="mine", family="F", metric="exact_match")
LADDER = pd.DataFrame({"params": [1e8, 3e8, 1e9, 3e9, 1e10], "value": [0.2, 0.3, 0.4, 0.5, 0.6]}).assign(
    source="mine", family="F", task="t", metric="exact_match", n_examples=100, chance=0.0,
    model=list("ABCDE"))
TRIES = pd.DataFrame([
    {"model": name, "params": size, "item": f"p{i}", "n_samples": 100, "correct": i * size / 1e6 // 2}
    for name, size in (("small", 1e6), ("large", 4e6)) for i in range(6)]).assign(
    source="mine", family="F", task="t")
RUNS = pd.DataFrame({"params": [1, 1, 2, 2, 3, 3], "seed": [0, 1] * 3,
                     "exact_match": [0, 0.1, 0.2, 0.95, 1, 1]})
ERRORS = pd.DataFrame([{"params": 10**s, "item": i, "error": 0.5**s * (1 + i)}
                       for s in range(4) for i in range(12)])
STEPS = pd.concat([pd.DataFrame({"params": [1, 2, 3], "k": k, "value": [0.1, 0.5, 0.9]}) for k in (1, 3)],
                  ignore_index=True)


@pytest.mark.parametrize(("exercise", "table", "words"), [
    ("7.5", CHAINS, "'long' goes like 'short' to the power 2.46"),
    ("8.3", LADDER, "A line in log size says 0.60, no change 0.50, and 0.60 came"),
    ("9.5", TRIES, "With one try the smallest model solves 1.0%"),
    ("10.5", RUNS, "6 runs of 3 sizes, 1 of them neither above 0.9 nor below 0.2."),
    ("11.5", ERRORS, "4 sizes, 12 items. The error makes 57% of its range"),
    ("12.5", STEPS, "At 2 the product promises 0.12 for 3 steps, and 0.50 came")])
def test_a_sound_table_is_looked_at(exercise, table, words):
    found = exercises()[exercise].judge(table)
    assert found.points == 1
    assert words in found.words


@pytest.mark.parametrize(("exercise", "table", "words"), [
    ("7.5", CHAINS[CHAINS["task"] == "long"], "Two tasks are asked for, one chain short and one long"),
    ("7.5", CHAINS.drop(columns="chance"), "Say what guessing scores (chance)"),
    ("7.5", CHAINS[CHAINS["model"] < "C"], "Four models at least must have done both tasks, got 2."),
    ("7.5", CHAINS.assign(value=50), "divide percent by 100"),
    ("7.5", CHAINS.assign(source="gpt3"), "'gpt3' is a source of the book"),
    ("8.3", LADDER.iloc[:4], "No ladder has five models of different size."),
    ("8.3", LADDER.drop(columns="n_examples"), "Say how many items the test has (n_examples)"),
    ("8.3", LADDER.assign(metric="perplexity", value=[30, 20, 15, 12, 10]).drop(columns="chance"),
     "Bring a score that is a share of the items"),
    ("8.3", LADDER.iloc[:0], "the score table has no rows"), ("10.5", RUNS.iloc[:0], "The table has no row."),
    ("9.5", TRIES[TRIES["model"] == "small"], "Bring two models at least"),
    ("9.5", TRIES.iloc[:-1], "each model needs each item once"),
    ("9.5", TRIES.assign(n_samples=1, correct=0), "Every problem needs two tries at least"),
    ("9.5", TRIES.drop(columns="params"), "Column 'params' has a missing value."),
    ("10.5", RUNS[RUNS["seed"] == 0], "yours has 3, one of them with 1 only."),
    ("10.5", RUNS.assign(exact_match=50), "Exact match lies between 0 and 1, got 50."),
    ("10.5", RUNS.assign(exact_match="half"), "'exact_match' should hold numbers, yours holds 'half'."),
    ("10.5", pd.concat([RUNS, RUNS]), "some size has the same seed twice"),
    ("11.5", ERRORS[ERRORS["params"] < 1000], "Four sizes and ten items at least are asked for, got 3"),
    ("11.5", ERRORS.iloc[:-1], "Every size needs an error for every item."),
    ("11.5", ERRORS.assign(error=-ERRORS["error"]), "Is a smaller error better in your table?"),
    ("12.5", STEPS[STEPS["k"] == 3], "got k = 3."), ("12.5", STEPS.assign(value=50), "got 50."),
    ("12.5", STEPS.iloc[:4], "Three sizes at least must have done one step and 3, got 1."),
    ("12.5", STEPS.drop(columns="k"), "The table has no column 'k'."),
    ("12.5", "STEPS", "A table (DataFrame) is asked for, got 'STEPS'.")])
def test_a_fault_is_named(exercise, table, words):
    found = exercises()[exercise].judge(table)
    assert found.points == 0
    assert words in found.words
    assert "\n" not in found.words
