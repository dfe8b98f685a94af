#!/usr/bin/env python3
"""The step of score_torch.py in JAX on the CPU, jitted: milliseconds in 2 and 5 dimensions.

Usage: score_jax.py        needs: pip install jax optax
"""
import json
import os
import statistics
import time

# Two threads, as the others have.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])

import jax
import jax.numpy as jnp
import optax

PARTICLES, WIDTH = 10_000, 100
adam = optax.adam(4e-4)


def score(parameters, x):
    for w, b in parameters[:-1]:
        x = jax.nn.silu(x @ w + b)
    w, b = parameters[-1]
    return x @ w + b


def loss(parameters, v):
    divergence = 0
    for k in range(v.shape[1]):
        axis = jnp.zeros_like(v).at[:, k].set(1)
        s, slope = jax.jvp(lambda x: score(parameters, x), (v,), (axis,))
        divergence = divergence + slope[:, k]
    return jnp.mean(jnp.sum(s * s, 1) + 2 * divergence)


@jax.jit
def step(parameters, state, v):
    update, state = adam.update(jax.grad(loss)(parameters, v), state)
    return optax.apply_updates(parameters, update), state


for d in (2, 5):
    keys = jax.random.split(jax.random.PRNGKey(0), 5)
    sizes = [d, WIDTH, WIDTH, WIDTH, d]
    parameters = [(jax.random.normal(k, (a, b)) / a**0.5, jnp.zeros(b)) for k, a, b in zip(keys, sizes, sizes[1:])]
    v, state, times = jax.random.normal(keys[4], (PARTICLES, d)), adam.init(parameters), []
    for _ in range(23):
        start = time.perf_counter()
        parameters, state = jax.block_until_ready(step(parameters, state, v))
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"bench": "score", "peer": f"jax {jax.__version__}", "dimensions": d,
                      "train_ms": round(statistics.median(times[3:]), 2)}))
