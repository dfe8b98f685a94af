#!/usr/bin/env python3
"""Evaluates a trained spectral generator with numpy alone, from the same safetensors, and compares.

Usage: spectral_generator_numpy.py WEIGHTS.safetensors EXAMPLE.safetensors        needs: pip install numpy safetensors

WEIGHTS is a run's checkpoint/best.safetensors. EXAMPLE holds `input` [samples][grid…][channels] and `output`, what PDEKit made
of it: `pdetrain test RUN --example EXAMPLE.safetensors`. Fails above 1e-5 relative L2.
"""
import json
import math
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file

if len(sys.argv) != 3:
    sys.exit(__doc__)
weights, example = load_file(sys.argv[1]), load_file(sys.argv[2])
with safe_open(sys.argv[1], framework="np") as file:
    description = json.loads(file.metadata()["model"])
model, history = description["experiment"]["model"], description["experiment"]["task"].get("history", 1)
if model["kind"] != "spectral-generator":
    sys.exit(f"this script knows spectral generators, and the run has {model}")
weights = {name: value.astype(np.float64) for name, value in weights.items()}
erf = np.vectorize(math.erf)
gate = {
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "gelu": lambda x: 0.5 * x * (1 + erf(x / np.sqrt(2))),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
}[model["gate"]]


def linear(name, x):
    return x @ weights[name + ".weight"] + weights[name + ".bias"]


x = example["input"].astype(np.float64)
grid, channels = x.shape[1:-1], example["output"].shape[-1]
axes = tuple(range(1, len(grid) + 1))
modes = model["modes"] if isinstance(model["modes"], list) else [model["modes"]]
modes = modes * len(grid) if len(modes) == 1 else modes
kept = np.ix_(*[np.r_[0:m, n - m : n] for n, m in zip(grid[:-1], modes)], np.arange(modes[-1]))
extents = [2 * m for m in modes[:-1]] + modes[-1:]


def analyzed(u):
    return np.fft.rfftn(u, axes=axes)[(slice(None), *kept)].reshape(len(u), -1, u.shape[-1])


def synthesized(c):
    full = np.zeros((len(c), *grid[:-1], grid[-1] // 2 + 1, c.shape[-1]), complex)
    full[(slice(None), *kept)] = c.reshape(len(c), *extents, c.shape[-1])
    return np.fft.irfftn(full, s=grid, axes=axes)


def mixed(name, c):
    table = weights[name]
    table = table.reshape(-1, 2, *table.shape[-2:])
    return np.einsum("bki,kio->bko", c, table[:, 0] + 1j * table[:, 1])


end = history * channels
u, others = x[..., end - channels : end], [x[..., : end - channels], x[..., end:]]
rates = weights["rates"]
exponents = np.broadcast_to(rates, (len(x), *rates.shape))
if x.shape[-1] > end:
    exponents = exponents + (x[..., end:].mean(axes) @ weights["response"]).reshape(exponents.shape)
z = -np.exp(np.clip(8 * exponents, -20, 4.6)) / model["stages"]
decay, beyond = np.exp(z[:, :-1]), np.exp(z[:, -1]).reshape(len(x), *[1] * len(grid), channels)
weight = np.expm1(z[:, :-1]) / z[:, :-1] / model["stages"]
if model.get("filter"):
    waves = [np.fft.fftfreq(n, 1 / n) / m for n, m in zip(extents[:-1], modes)] + [np.arange(modes[-1]) / modes[-1]]
    square = sum(w**2 for w in np.meshgrid(*waves, indexing="ij"))
    weight = weight * np.exp(-36 * square.reshape(-1, 1) ** (model["filter"] / 2))
for _ in range(model["stages"]):
    c = analyzed(u)
    features = np.concatenate([u, synthesized(mixed("stage.fields", c)), *others], -1)
    force = linear("stage.forces", gate(linear("stage.gate", features)) * linear("stage.value", features))
    low = c * decay + mixed("stage.correction", analyzed(force)) * weight
    u = beyond * (u - synthesized(c)) + synthesized(low)
error = np.linalg.norm(u - example["output"]) / np.linalg.norm(u)
print(f"{model['stages']} stages on {'x'.join(map(str, grid))} points: relative difference {error:.2e}")
sys.exit(0 if error < 1e-5 else "the networks differ")
