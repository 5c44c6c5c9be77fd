"""The decoder: its size by counting, its mask, its gradient, and that it learns."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from emergence_utils.errors import InputError
from emergence_utils.train import Settings, Size
from emergence_utils.train.evaluate import evaluator
from emergence_utils.train.loop import checkpoint_steps, loss, train
from emergence_utils.train.model import hidden_states, initial, logits, n_params
from emergence_utils.train.optimise import fresh, rate, update
from emergence_utils.train.tasks import evaluation_items, get_task, training_batch

TASK = get_task("addition")
KEY = jax.random.PRNGKey(0)


def made(size, settings):
    return initial(KEY, size, len(TASK.symbols), TASK.length - 1, settings)


@pytest.mark.parametrize("size", [Size(8), Size(12, 3, 1, 2), Size(16, 4, 3)])
@pytest.mark.parametrize("settings", [Settings(), Settings(tied=True), Settings(positions="rotary")])
def test_parameters_are_counted_exactly(size, settings):
    params = made(size, settings)
    leaves = sum(leaf.size for leaf in jax.tree.leaves(params))
    how = {"tied": settings.tied, "positions": settings.positions}
    assert n_params(size, len(TASK.symbols), TASK.length - 1, **how) == leaves
    tables = sum(params[name].size for name in ("tokens", "places", "out") if name in params)
    assert n_params(size, len(TASK.symbols), TASK.length - 1, **how, embeddings=False) == leaves - tables


@pytest.mark.parametrize("positions", ["learned", "rotary"])
def test_what_comes_later_does_not_matter(positions):
    size, settings = Size(16), Settings(positions=positions)
    params = made(size, settings)
    tokens = jax.random.randint(KEY, (3, 14), 0, 12)
    for place in (3, 9):
        other = tokens.at[:, place:].set((tokens[:, place:] + 5) % 12)
        a, b = (hidden_states(params, t, size, settings) for t in (tokens, other))
        assert np.array_equal(a[:, :place], b[:, :place])
        assert not np.allclose(a[:, place:], b[:, place:])


def test_places_that_nobody_asks_for_may_be_left_out():
    size, settings = Size(16), Settings()
    params, tokens = made(size, settings), jax.random.randint(KEY, (3, 14), 0, 12)
    whole, part = (hidden_states(params, tokens, size, settings, first) for first in (0, 9))
    assert np.allclose(whole[:, 9:], part, atol=1e-5)


def test_order_matters_to_both_kinds_of_positions():
    tokens = jnp.asarray([[1, 2, 3, 4], [2, 1, 3, 4]])
    for positions in ("learned", "rotary"):
        size, settings = Size(16), Settings(positions=positions)
        a, b = hidden_states(made(size, settings), tokens, size, settings)[:, -1]
        assert not np.allclose(a, b)


def test_rotary_needs_even_heads():
    with pytest.raises(InputError, match="heads of even width, got 3"):
        made(Size(6), Settings(positions="rotary"))


def test_the_gradient_is_that_of_finite_differences():
    size, settings = Size(8), Settings()
    params = made(size, settings)
    tokens, weight = training_batch(TASK, KEY, 16)

    def along(step):
        moved = jax.tree.map(lambda p, d: p + step * d, params, way)
        return float(loss(moved, tokens, weight, TASK, size, settings))

    gradient = jax.grad(loss)(params, tokens, weight, TASK, size, settings)
    norm = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(gradient)))
    way = jax.tree.map(lambda g: g / norm, gradient)
    assert (along(2e-3) - along(-2e-3)) / 4e-3 == pytest.approx(float(norm), rel=0.05)


def test_one_step_of_adamw_by_hand():
    settings = Settings(steps=10, warmup=0, learning_rate=0.1, weight_decay=0.5, clip=1e9)
    params = {"w": jnp.full((1, 1), 2.0), "gain": jnp.full((1,), 2.0)}
    gradient = {"w": jnp.full((1, 1), 3.0), "gain": jnp.full((1,), -3.0)}
    after, _ = update(params, fresh(params), gradient, 0, settings)
    assert float(after["w"][0, 0]) == pytest.approx(2 - 0.1 * (1 + 0.5 * 2), rel=1e-5)
    assert float(after["gain"][0]) == pytest.approx(2 + 0.1, rel=1e-5)


def test_the_rate_goes_up_and_down():
    settings = Settings(steps=100, warmup=10, learning_rate=1.0)
    assert [round(float(rate(s, settings)), 3) for s in (0, 9, 10, 55, 100)] == [0.1, 1.0, 1.0, 0.55, 0.1]


def test_checkpoints_end_with_the_last_step():
    for settings in (Settings(steps=1), Settings(steps=7), Settings(steps=1500)):
        steps = checkpoint_steps(settings)
        assert steps == sorted(set(steps))
        assert steps[-1] == settings.steps


@pytest.fixture(scope="module")
def learnt():
    """A model of one easy task at the start and after 100 steps; two seeds."""
    task = get_task("modular")
    settings = Settings(steps=100, batch=128, learning_rate=1e-2, weight_decay=0.0, checkpoints=2, items=200)
    return task, settings, dict(train(task, Size(32), [0, 1], settings))


def test_it_learns(learnt):
    task, _, outputs = learnt
    items = evaluation_items(task, 200)
    seen = items.part == 0
    first, last = (-np.mean([o.log_prob[seen, 0] for o in outputs[step]]) for step in (1, 100))
    assert first > 3.6
    assert last < first - 0.4


def test_a_seed_does_not_depend_on_its_neighbours(learnt):
    """To a thousandth of a nat after 100 steps: sums are added in another order, and differences grow."""
    task, settings, outputs = learnt
    alone = dict(train(task, Size(32), [1], settings))
    assert np.abs(alone[100][0].log_prob - outputs[100][1].log_prob).max() < 1e-3
    assert not np.allclose(outputs[1][0].log_prob, outputs[1][1].log_prob)


def test_the_same_seed_gives_the_same_numbers(learnt):
    task, settings, outputs = learnt
    again = dict(train(task, Size(32), [0, 1], settings))
    for a, b in zip(outputs[100], again[100], strict=True):
        assert np.array_equal(a.log_prob, b.log_prob)
        assert np.array_equal(a.written, b.written)


def test_greedy_writing_and_probabilities_agree_with_a_plain_loop():
    size, settings = Size(8), Settings()
    params = made(size, settings)
    items = evaluation_items(TASK, 5)
    output = evaluator(TASK, size, settings)(jax.tree.map(lambda p: p[None], params), items)[0]
    for i, row in enumerate(items.tokens):
        own = row[:10].astype(int).tolist()
        for place in range(5):
            given = jnp.asarray([row[:10 + place].astype(int)])
            hidden = hidden_states(params, given, size, settings)
            scores = jax.nn.log_softmax(logits(params, hidden, settings))[0, -1]
            assert output.log_prob[i, place] == pytest.approx(float(scores[row[10 + place]]), abs=1e-4)
            truth = np.eye(len(scores))[row[10 + place]]
            assert output.brier[i, place] == pytest.approx(np.sum((np.exp(scores) - truth) ** 2), abs=1e-4)
            own_scores = logits(params, hidden_states(params, jnp.asarray([own]), size, settings), settings)
            own.append(int(jnp.argmax(own_scores[0, -1])))
        assert output.written[i].tolist() == own[10:]
