#!/usr/bin/env python3
"""The network of fno_torch.py in JAX on the CPU, jitted, channels last: milliseconds of a training step and a forward pass.

Usage: fno_jax.py 1|2        needs: pip install jax optax
"""
import json
import resource
import statistics
import sys
import time

import jax
import jax.numpy as jnp
import optax

dimensions = int(sys.argv[1]) if len(sys.argv) > 1 else 2
BATCH, LAYERS, HIDDEN = 20, 4, 128
GRID, WIDTH, MODES = ((1024,), 64, 16) if dimensions == 1 else ((64, 64), 32, 12)
CHANNELS = 1 + dimensions
AXES = tuple(range(1, 1 + dimensions))
BLOCKS = [(slice(0, MODES),)] if dimensions == 1 else [(slice(0, MODES),) * 2, (slice(-MODES, None), slice(0, MODES))]


def dense(key, inputs, outputs):
    return {"w": jax.random.normal(key, (inputs, outputs)) / inputs**0.5, "b": jnp.zeros(outputs)}


def initial(key):
    keys = iter(jax.random.split(key, 3 + 2 * LAYERS))
    spectral = (len(BLOCKS), 2) + (MODES,) * dimensions + (WIDTH, WIDTH)
    return {"lift": dense(next(keys), CHANNELS, WIDTH),
            "layers": [{"spectral": jax.random.normal(next(keys), spectral) / WIDTH**2,
                        "local": dense(next(keys), WIDTH, WIDTH)} for _ in range(LAYERS)],
            "hidden": dense(next(keys), WIDTH, HIDDEN), "out": dense(next(keys), HIDDEN, 1)}


def apply(p, x):
    return x @ p["w"] + p["b"]


def network(p, x):
    x = apply(p["lift"], x)
    for index, layer in enumerate(p["layers"]):
        f = jnp.fft.rfftn(x, axes=AXES)
        out = jnp.zeros_like(f)
        for block, w in zip(BLOCKS, layer["spectral"]):
            part = (slice(None),) + block
            out = out.at[part].set(jnp.einsum("b...i,...io->b...o", f[part], w[0] + 1j * w[1]))
        x = jnp.fft.irfftn(out, s=GRID, axes=AXES) + apply(layer["local"], x)
        if index < LAYERS - 1:
            x = jax.nn.gelu(x)
    return apply(p["out"], jax.nn.gelu(apply(p["hidden"], x)))


def loss(p, x, y):
    norm = lambda v: jnp.linalg.norm(v.reshape(BATCH, -1), axis=1)
    return (norm(network(p, x) - y) / norm(y)).sum()


adam = optax.adam(1e-3)


@jax.jit
def step(p, state, x, y):
    gradient = jax.grad(loss)(p, x, y)
    updates, state = adam.update(gradient, state)
    return optax.apply_updates(p, updates), state


def median_ms(work, repeats=15, warm=3):
    times = []
    for _ in range(warm + repeats):
        start = time.perf_counter()
        jax.block_until_ready(work())
        times.append((time.perf_counter() - start) * 1e3)
    return round(statistics.median(times[warm:]), 2)


key = jax.random.PRNGKey(0)
parameters = initial(key)
state = adam.init(parameters)
x, y = jax.random.normal(key, (BATCH, *GRID, CHANNELS)), jax.random.normal(key, (BATCH, *GRID, 1))
forward = jax.jit(network)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
train_ms, forward_ms = median_ms(lambda: step(parameters, state, x, y)), median_ms(lambda: forward(parameters, x))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"peer": f"jax {jax.__version__}", "bench": f"fno{dimensions}d", "train_ms": train_ms,
                  "forward_ms": forward_ms, "peak_mb": round(after / 1024), "step_mb": round((after - before) / 1024)}))
