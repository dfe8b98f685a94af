#!/usr/bin/env python3
"""Evaluates a trained Fourier operator with numpy alone, from the same safetensors, and compares.

Usage: fourier_operator_numpy.py WEIGHTS.safetensors EXAMPLE.safetensors        needs: pip install numpy safetensors

WEIGHTS is a run's checkpoint/best.safetensors. EXAMPLE holds `input` [samples][grid…][channels] and `output`, what PDEKit made
of it: `pdetrain test RUN --example EXAMPLE.safetensors`. Fails above 1e-5 relative L2.
"""
import math
import sys

import numpy as np

from trained_network import ACTIVATIONS, TrainedNetwork

network = TrainedNetwork("fourier", __doc__)
model, weights, linear = network.model, network.weights, network.linear
gelu = ACTIVATIONS["gelu"]
if model["activation"] != "gelu":
    sys.exit(f"this script knows Fourier operators with GELU, and the run has {model}")


def spectral(x, w):
    """The lowest modes times complex weights, by whole Fourier transforms."""
    axes = tuple(range(1, x.ndim - 1))
    w = w[..., 0, :, :] + 1j * w[..., 1, :, :]
    f = np.fft.rfftn(x, axes=axes)
    kept = [np.concatenate([np.arange(n // 2), np.arange(-(n // 2), 0)]) for n in w.shape[:-3]]
    kept.append(np.arange(w.shape[-3]))
    place = np.ix_(np.arange(x.shape[0]), *kept)
    out = np.zeros(f.shape[:-1] + (w.shape[-1],), complex)
    out[place] = np.einsum("b...i,...io->b...o", f[place], w)
    return np.fft.irfftn(out, s=x.shape[1:-1], axes=axes)


x = network.input
grid = x.shape[1:-1]
if model["coordinates"]:
    coordinates = np.stack(np.meshgrid(*[np.arange(n) / n for n in grid], indexing="ij"), -1)
    x = np.concatenate([x, np.broadcast_to(coordinates, x.shape[:-1] + (len(grid),))], -1)
x = linear("lift", x)
if model["padding"] > 0:
    ends = [(0, math.ceil(model["padding"] * n)) for n in grid]
    x = np.pad(x, [(0, 0), *ends, (0, 0)])
layer = 0
while f"layers.{layer}.spectral" in weights:
    x = gelu(x) if layer else x
    x = spectral(x, weights[f"layers.{layer}.spectral"]) + linear(f"layers.{layer}.local", x)
    layer += 1
x = x[(slice(None), *(slice(n) for n in grid))]
y = linear("projection.second", gelu(linear("projection.first", x)))
network.compare(y, f"{layer} layers")
