#!/usr/bin/env python3
"""A U-Net in PyTorch on the CPU: milliseconds of a training step and of a forward pass, and peak memory.

Usage: unet2d_torch.py [THREADS] [contiguous]        needs: pip install torch

The network is that of `UNet` with its defaults: two convolutions with group norm and GELU a level, average pooling on the way
down, nearest upsampling and concatenation on the way up, a pointwise output; periodic ends. 64 x 64 points, batches of 20,
single precision, Adam, relative L2 summed over samples. Channels last, which is several times faster here than PyTorch's
default (`contiguous`).
"""
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_bench import measure

BATCH, SIZE, WIDTH, LEVELS, GROUPS = 20, 64, 32, 3, 8


def block(inputs, outputs):
    layers = []
    for channels in (inputs, outputs):
        layers += [
            nn.Conv2d(channels, outputs, 3, padding=1, padding_mode="circular", bias=False),
            nn.GroupNorm(GROUPS, outputs), nn.GELU(),
        ]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [WIDTH << level for level in range(LEVELS + 1)]
        self.down = nn.ModuleList(block(a, b) for a, b in zip([3] + widths, widths))
        self.up = nn.ModuleList(block(a + b, b) for a, b in zip(widths[:0:-1], widths[-2::-1]))
        self.out = nn.Conv2d(WIDTH, 1, 1)

    def forward(self, x):
        skips = []
        for level, layer in enumerate(self.down):
            x = layer(x if level == 0 else F.avg_pool2d(x, 2))
            skips.append(x)
        skips.pop()
        for layer in self.up:
            x = layer(torch.cat([F.interpolate(x, scale_factor=2, mode="nearest"), skips.pop()], 1))
        return self.out(x)


torch.manual_seed(0)
torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
layout = torch.contiguous_format if "contiguous" in sys.argv else torch.channels_last
net = UNet().to(memory_format=layout)
x = torch.randn(BATCH, 3, SIZE, SIZE).to(memory_format=layout)
y = torch.randn(BATCH, 1, SIZE, SIZE)
measure(net, x, y, bench="unet2d")
