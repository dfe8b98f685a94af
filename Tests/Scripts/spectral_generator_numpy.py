#!/usr/bin/env python3
"""Evaluates a trained spectral generator with numpy alone, from the same safetensors, and compares.

Usage: spectral_generator_numpy.py WEIGHTS.safetensors EXAMPLE.safetensors        needs: pip install numpy safetensors

WEIGHTS is a run's checkpoint/best.safetensors. EXAMPLE holds `input` [samples][grid…][channels] and `output`, what PDEKit made
of it: `pdetrain test RUN --example EXAMPLE.safetensors`. Fails above 1e-5 relative L2.
"""
import numpy as np

from trained_network import ACTIVATIONS, TrainedNetwork

network = TrainedNetwork("spectral-generator", __doc__)
model, weights, linear = network.model, network.weights, network.linear
history, gate = network.experiment["task"].get("history", 1), ACTIVATIONS[model["gate"]]
x, grid, channels = network.input, network.grid, network.output.shape[-1]
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
network.compare(u, f"{model['stages']} stages")
