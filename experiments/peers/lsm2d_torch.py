#!/usr/bin/env python3
"""A latent spectral model in PyTorch on the CPU: milliseconds of a training step and of a forward pass, and peak memory.

Usage: lsm2d_torch.py [THREADS] [WIDTH] [contiguous]        needs: pip install torch
       lsm2d_torch.py WEIGHTS.safetensors EXAMPLE.safetensors        needs: pip install torch safetensors

The network is that of `LatentSpectralArchitecture` in two dimensions with its defaults and without coordinates: double convolutions with
group norm and ReLU, largest values of 2 x 2 points on the way down, bilinear interpolation and concatenation on the way up, on each of five
scales a neural spectral block on 16 patches a side and fewer, a pointwise perceptron; periodic ends. 64 x 64 points, batches of 20,
single precision, Adam, relative L2 summed over samples. Channels last, which is faster here than PyTorch's default (`contiguous`).

With two files it says how far it is from PDEKit with the same weights: WEIGHTS is the checkpoint/best.safetensors of a run, EXAMPLE what
`pdetrain test RUN --example EXAMPLE.safetensors` has written. Fails above 1e-5 relative L2.
"""
import json
import math
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_bench import measure

BATCH, SIZE = 20, 64
ACTIVATIONS = {"relu": F.relu, "gelu": F.gelu, "silu": F.silu, "tanh": torch.tanh}
MODES = {"zero": "constant", "periodic": "circular", "replicate": "replicate"}
DEFAULTS = {"width": 32, "levels": 4, "patches": 1, "tokens": 4, "heads": 8, "basis": 12, "hidden": 128, "normalization": "group",
            "coordinates": False, "activation": "relu"}


class Twice(nn.Module):
    """Two convolutions, each with normalisation and activation."""

    def __init__(self, inputs, middle, outputs, option):
        super().__init__()
        self.activation = ACTIVATIONS[option["activation"]]
        groups = option.get("groups") or max(n for n in range(1, 9) if option["width"] % n == 0)
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, bias=False) for a, b in ((inputs, middle), (middle, outputs)))
        self.norms = nn.ModuleList(
            nn.GroupNorm(b if option["normalization"] == "instance" else groups, b) for b in (middle, outputs))

    def forward(self, x, ends):
        for convolution, norm in zip(self.convolutions, self.norms):
            x = self.activation(norm(convolution(F.pad(x, (1, 1, 1, 1), MODES[ends]))))
        return x


class SpectralBlock(nn.Module):
    """Patches into latent tokens, a step along sines and cosines there, and back."""

    def __init__(self, channels, patches, option):
        super().__init__()
        self.patches, self.heads, self.basis = patches, option["heads"], option["basis"]
        self.key, self.value, self.query = (nn.Linear(channels, channels, bias=b) for b in (False, True, True))
        self.tokens = nn.Parameter(torch.rand(option["tokens"], channels) / channels)
        self.sines = nn.Parameter(torch.rand(self.basis - 1, channels) / channels)
        self.cosines = nn.Parameter(torch.rand(self.basis, channels) / channels)
        self.register_buffer("frequencies", math.pi * torch.arange(self.basis) / self.basis, persistent=False)

    def split(self, x):
        """[…, channels] to [heads, …, channels of a head] behind the first axis."""
        return x.unflatten(-1, (self.heads, -1)).movedim(-2, -3)

    def forward(self, x):
        batch, channels, rows, columns = x.shape
        p, grid = self.patches, (rows // self.patches, columns // self.patches)
        x = x.permute(0, 2, 3, 1).reshape(batch, p, grid[0], p, grid[1], channels).transpose(2, 3)
        x = x.reshape(batch * p * p, grid[0] * grid[1], channels)
        k, v, q = self.split(self.key(x)), self.split(self.value(x)), self.split(self.query(x))
        t = self.split(self.tokens)
        t = t + torch.softmax(t @ k.transpose(-1, -2), -1) @ v
        angles = t.unsqueeze(-1) * self.frequencies
        a, b = (self.split(c).permute(0, 2, 1).unsqueeze(1) for c in (self.sines, self.cosines))
        t = t + (torch.sin(angles[..., 1:]) * a).sum(-1) + (torch.cos(angles) * b).sum(-1)
        out = torch.softmax(q @ t.transpose(-1, -2), -1) @ t
        x = x + out.movedim(-3, -2).flatten(-2)
        x = x.reshape(batch, p, p, *grid, channels).transpose(2, 3).reshape(batch, rows, columns, channels)
        return x.permute(0, 3, 1, 2)


class LatentSpectralModel(nn.Module):
    def __init__(self, inputs, outputs, option):
        super().__init__()
        width, levels = option["width"], option["levels"]
        self.option, self.divisor = option, option["patches"] << levels
        widths = [width * min(1 << level, option.get("growth") or 8) for level in range(levels + 1)]
        finer = [widths[0]] + widths
        self.lift = nn.Conv2d(inputs + (2 if option["coordinates"] else 0), width, 1)
        self.down = nn.ModuleList(Twice(a, b, b, option) for a, b in zip(finer, widths))
        self.solve = nn.ModuleList(SpectralBlock(c, self.divisor >> level, option) for level, c in enumerate(widths))
        joined = [w + (widths[levels] if level == levels - 1 else w) for level, w in enumerate(widths[:-1])]
        self.up = nn.ModuleList(Twice(j, w, finer[level], option) for level, (j, w) in enumerate(zip(joined, widths)))
        self.first, self.second = nn.Conv2d(width, option["hidden"], 1), nn.Conv2d(option["hidden"], outputs, 1)

    def upsampled(self, x, ends):
        wide = F.pad(x, (1, 1, 1, 1), MODES[ends])
        return F.interpolate(wide, scale_factor=2, mode="bilinear")[:, :, 2:-2, 2:-2]

    def forward(self, x):
        rows, columns = x.shape[2:]
        if self.option["coordinates"]:
            axes = torch.meshgrid(torch.arange(rows) / rows, torch.arange(columns) / columns, indexing="ij")
            x = torch.cat([x, torch.stack(axes).to(x.dtype).expand(len(x), -1, -1, -1)], 1)
        beyond = self.option["padding"]
        missing = [-n % self.divisor for n in (rows, columns)]
        ends = "replicate" if any(missing) and beyond == "periodic" else beyond
        x = self.lift(x)
        if any(missing):
            x = F.pad(x, [part for m in reversed(missing) for part in (m // 2, m - m // 2)], MODES[beyond])
        solved = []
        for level, (twice, solve) in enumerate(zip(self.down, self.solve)):
            x = twice(x if level == 0 else F.max_pool2d(x, 2), ends)
            solved.append(solve(x))
        x = solved.pop()
        for twice in reversed(self.up):
            x = twice(torch.cat([self.upsampled(x, ends), solved.pop()], 1), ends)
        x = x[:, :, missing[0] // 2:missing[0] // 2 + rows, missing[1] // 2:missing[1] // 2 + columns]
        return self.second(F.gelu(self.first(x)))


def load(net, weights):
    """Takes the weights of PDEKit's file: convolutions [3][3][in][out], linear maps [in][out]."""
    values = {}

    def linear(ours, theirs, pointwise=False):
        matrix = weights.pop(theirs + ".weight").T
        values[ours + ".weight"] = matrix[..., None, None] if pointwise else matrix
        values[ours + ".bias"] = weights.pop(theirs + ".bias")

    linear("lift", "lift", True)
    for part in ("down", "up"):
        for level in range(len(getattr(net, part))):
            for index in range(2):
                theirs = f"levels.{level}.{part}.{index}"
                values[f"{part}.{level}.convolutions.{index}.weight"] = weights.pop(
                    theirs + ".convolution.weight").permute(3, 2, 0, 1)
                for name, kind in (("weight", "scale"), ("bias", "shift")):
                    values[f"{part}.{level}.norms.{index}.{name}"] = weights.pop(f"{theirs}.normalization.{kind}")
    for level in range(len(net.solve)):
        ours, theirs = f"solve.{level}", f"levels.{level}.solve"
        values[ours + ".key.weight"] = weights.pop(theirs + ".key").T
        linear(ours + ".value", theirs + ".value")
        linear(ours + ".query", theirs + ".query")
        for name in ("tokens", "sines", "cosines"):
            values[f"{ours}.{name}"] = weights.pop(f"{theirs}.{name}")
    linear("first", "projection.first", True)
    linear("second", "projection.second", True)
    net.load_state_dict(values)
    return [name for name in weights if not name.startswith("head.")]


def compare(weights_path, example_path):
    from safetensors import safe_open
    from safetensors.torch import load_file

    with safe_open(weights_path, framework="pt") as file:
        description = json.loads(file.metadata()["model"])
    option = dict(description["experiment"]["model"])
    if option["kind"] != "latent-spectral":
        sys.exit(f"this script knows latent spectral models, and the run has {option}")
    option["padding"] = option.get("padding") or ("periodic" if all(description["isPeriodic"]) else "replicate")
    example = {name: value.permute(0, 3, 1, 2) for name, value in load_file(example_path).items()}
    net = LatentSpectralModel(example["input"].shape[1], example["output"].shape[1], option)
    left = load(net, load_file(weights_path))
    if left:
        sys.exit(f"no place for {left}")
    with torch.no_grad():
        y = net(example["input"].float())
    error = ((y - example["output"]).norm() / y.norm()).item()
    print(f"{sum(p.numel() for p in net.parameters())} parameters, {tuple(y.shape)}: relative difference {error:.2e}")
    sys.exit(0 if error < 1e-5 else "the networks differ")


def bench(threads, width, layout):
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    net = LatentSpectralModel(3, 1, {**DEFAULTS, "width": width, "padding": "periodic"}).to(memory_format=layout)
    x = torch.randn(BATCH, 3, SIZE, SIZE).to(memory_format=layout)
    y = torch.randn(BATCH, 1, SIZE, SIZE)
    measure(net, x, y, bench="lsm2d", width=width)


if __name__ == "__main__":
    files = [a for a in sys.argv[1:] if a.endswith(".safetensors")]
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()] + [2, 32][sum(a.isdigit() for a in sys.argv[1:]):]
    if files:
        compare(*files)
    else:
        bench(*numbers, torch.contiguous_format if "contiguous" in sys.argv else torch.channels_last)
