#!/usr/bin/env python3
"""A Fourier neural operator in PyTorch on the CPU: milliseconds of a training step and of a forward pass, and peak memory.

Usage: fno_torch.py 1|2 [THREADS]        needs: pip install torch

In two dimensions: 64 x 64 points, width 32, 12 modes; in one: 1024 points, width 64, 16 modes. Four layers with GELU between
them, a pointwise perceptron of 128 at the end, batches of 20, single precision, Adam, relative L2 summed over samples.
"""
import sys

import torch
from torch import nn

from torch_bench import measure

dimensions = int(sys.argv[1]) if len(sys.argv) > 1 else 2
threads = int(sys.argv[2]) if len(sys.argv) > 2 else 2
BATCH, LAYERS, HIDDEN = 20, 4, 128
GRID, WIDTH, MODES = ((1024,), 64, 16) if dimensions == 1 else ((64, 64), 32, 12)
CHANNELS = 1 + dimensions


class Spectral(nn.Module):
    """The lowest modes times complex weights; along all axes but the last, both signs."""

    def __init__(self):
        super().__init__()
        shape = (WIDTH, WIDTH) + (MODES,) * dimensions
        self.weights = nn.ParameterList(
            torch.rand(shape, dtype=torch.cfloat) / WIDTH**2 for _ in range(dimensions))

    def forward(self, x):
        if dimensions == 1:
            f = torch.fft.rfft(x)
            out = torch.zeros_like(f)
            out[..., :MODES] = torch.einsum("bix,iox->box", f[..., :MODES], self.weights[0])
            return torch.fft.irfft(out, n=x.shape[-1])
        f = torch.fft.rfft2(x)
        out = torch.zeros_like(f)
        for rows, weights in zip((slice(0, MODES), slice(-MODES, None)), self.weights):
            out[:, :, rows, :MODES] = torch.einsum("bixy,ioxy->boxy", f[:, :, rows, :MODES], weights)
        return torch.fft.irfft2(out, s=x.shape[-2:])


class Operator(nn.Module):
    def __init__(self):
        super().__init__()
        pointwise = nn.Conv1d if dimensions == 1 else nn.Conv2d
        self.lift = pointwise(CHANNELS, WIDTH, 1)
        self.spectral = nn.ModuleList(Spectral() for _ in range(LAYERS))
        self.local = nn.ModuleList(pointwise(WIDTH, WIDTH, 1) for _ in range(LAYERS))
        self.hidden, self.out = pointwise(WIDTH, HIDDEN, 1), pointwise(HIDDEN, 1, 1)

    def forward(self, x):
        x = self.lift(x)
        for layer, (spectral, local) in enumerate(zip(self.spectral, self.local)):
            x = spectral(x) + local(x)
            if layer < LAYERS - 1:
                x = nn.functional.gelu(x)
        return self.out(nn.functional.gelu(self.hidden(x)))


torch.manual_seed(0)
torch.set_num_threads(threads)
network = Operator()
x, y = torch.randn(BATCH, CHANNELS, *GRID), torch.randn(BATCH, 1, *GRID)
measure(network, x, y, bench=f"fno{dimensions}d")
