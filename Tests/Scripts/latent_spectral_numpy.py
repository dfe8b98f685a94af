#!/usr/bin/env python3
"""Evaluates a trained latent spectral model with numpy alone, from the same safetensors, and compares.

Usage: latent_spectral_numpy.py WEIGHTS.safetensors EXAMPLE.safetensors        needs: pip install numpy safetensors

WEIGHTS is a run's checkpoint/best.safetensors. EXAMPLE holds `input` [samples][grid…][channels] and `output`, what PDEKit made
of it: `pdetrain test RUN --example EXAMPLE.safetensors`. Fails above 1e-5 relative L2.
"""
import itertools

import numpy as np

from trained_network import ACTIVATIONS, TrainedNetwork

network = TrainedNetwork("latent-spectral", __doc__)
model, weights, linear = network.model, network.weights, network.linear
modes = {"zero": "constant", "periodic": "wrap", "replicate": "edge"}
padding = model.get("padding") or ("periodic" if all(network.description["isPeriodic"]) else "replicate")


def convolution(w, x, ends):
    axes = x.ndim - 2
    x = np.pad(x, [(0, 0), *[(1, 1)] * axes, (0, 0)], mode=modes[ends])
    y = 0
    for place in itertools.product(range(3), repeat=axes):
        part = x[(slice(None), *(slice(k, k + n - 2) for k, n in zip(place, x.shape[1:])))]
        y = y + part @ w[place]
    return y


def normalized(name, x):
    channels = x.shape[-1]
    if model["normalization"] == "instance":
        groups = channels
    else:
        groups = model.get("groups") or max(n for n in range(1, 9) if model["width"] % n == 0)
    g = x.reshape(x.shape[0], -1, groups, channels // groups)
    g = (g - g.mean((1, 3), keepdims=True)) / np.sqrt(g.var((1, 3), keepdims=True) + 1e-5)
    return g.reshape(x.shape) * weights[name + ".scale"] + weights[name + ".shift"]


def twice(name, x, ends):
    for index in range(2):
        x = convolution(weights[f"{name}.{index}.convolution.weight"], x, ends)
        x = ACTIVATIONS[model["activation"]](normalized(f"{name}.{index}.normalization", x))
    return x


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def spectral(name, x, patches):
    """Patch by patch and head by head, as the paper writes it."""
    heads, channels = model["heads"], x.shape[-1]
    out = np.empty_like(x)
    sizes = [n // patches for n in x.shape[1:-1]]
    frequencies = np.pi * np.arange(model["basis"]) / model["basis"]
    a = np.concatenate([np.zeros((1, channels)), weights[name + ".sines"]])
    b = weights[name + ".cosines"]
    for part in itertools.product(range(patches), repeat=len(sizes)):
        place = (slice(None), *(slice(p * n, (p + 1) * n) for p, n in zip(part, sizes)))
        shape = x[place].shape
        points = x[place].reshape(shape[0], -1, channels)
        k, v, q = points @ weights[name + ".key"], linear(name + ".value", points), linear(name + ".query", points)
        result = np.empty_like(points)
        for head in range(heads):
            own = slice(head * channels // heads, (head + 1) * channels // heads)
            t = weights[name + ".tokens"][:, own]
            t = t + softmax(np.einsum("te,bpe->btp", t, k[..., own]), -1) @ v[..., own]
            angles = t[..., None] * frequencies
            t = t + (np.sin(angles) * a[:, own].T + np.cos(angles) * b[:, own].T).sum(-1)
            result[..., own] = softmax(np.einsum("bpe,bte->bpt", q[..., own], t), -1) @ t
        out[place] = (points + result).reshape(shape)
    return out


def pooled(x):
    for axis in range(1, x.ndim - 1):
        x = np.maximum(np.take(x, range(0, x.shape[axis], 2), axis), np.take(x, range(1, x.shape[axis], 2), axis))
    return x


def upsampled(x, ends):
    """Twice the cells, on the straight line between the nearest two centres: ¾ of the own coarse cell and ¼ of the neighbour."""
    for axis in range(1, x.ndim - 1):
        around = [(1, 1) if k == axis else (0, 0) for k in range(x.ndim)]
        wide, n = np.pad(x, around, mode=modes[ends]), x.shape[axis]
        before, after = np.take(wide, range(n), axis), np.take(wide, range(2, n + 2), axis)
        both = np.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis + 1)
        x = both.reshape(*x.shape[:axis], 2 * n, *x.shape[axis + 1 :])
    return x


x = network.input
grid, levels = x.shape[1:-1], model["levels"]
if model["coordinates"]:
    coordinates = np.stack(np.meshgrid(*[np.arange(n) / n for n in grid], indexing="ij"), -1)
    x = np.concatenate([x, np.broadcast_to(coordinates, x.shape[:-1] + (len(grid),))], -1)
x = linear("lift", x)
divisor = model["patches"] * 2**levels
missing = [-n % divisor for n in grid]
x = np.pad(x, [(0, 0), *[(m // 2, m - m // 2) for m in missing], (0, 0)], mode=modes[padding])
ends = "replicate" if any(missing) and padding == "periodic" else padding
solved = []
for level in range(levels + 1):
    x = twice(f"levels.{level}.down", pooled(x) if level else x, ends)
    solved.append(spectral(f"levels.{level}.solve", x, divisor >> level))
x = solved[levels]
for level in reversed(range(levels)):
    x = twice(f"levels.{level}.up", np.concatenate([upsampled(x, ends), solved[level]], -1), ends)
x = x[(slice(None), *(slice(m // 2, m // 2 + n) for m, n in zip(missing, grid)))]
y = linear("projection.second", ACTIVATIONS["gelu"](linear("projection.first", x)))
network.compare(y, f"{levels} levels")
