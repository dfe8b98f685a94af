#!/usr/bin/env python3
"""Evaluates a trained linear attention operator with numpy alone, from the same safetensors, and compares.

Usage: linear_attention_numpy.py WEIGHTS.safetensors EXAMPLE.safetensors        needs: pip install numpy safetensors

WEIGHTS is a run's checkpoint/best.safetensors. EXAMPLE holds `input` [samples][grid…][channels] and `output`, what PDEKit made
of it: `pdetrain test RUN --example EXAMPLE.safetensors`. Fails above 1e-5 relative L2.
"""
import numpy as np

from trained_network import ACTIVATIONS, TrainedNetwork

network = TrainedNetwork("linear-attention", __doc__)
model, weights, linear = network.model, network.weights, network.linear
activation = ACTIVATIONS[model["activation"]]


def perceptron(name, x):
    return linear(name + ".second", activation(linear(name + ".first", x)))


def normalized(name, x):
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return x * weights[name + ".scale"] + weights[name + ".shift"]


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def attention(name, x):
    """Head by head, as the paper writes it."""
    s, v = linear(name + ".feature", x), linear(name + ".value", x)
    out, width = np.empty_like(x), x.shape[-1] // model["heads"]
    for head in range(model["heads"]):
        own = slice(head * width, (head + 1) * width)
        held = np.einsum("bps,bpd->bsd", softmax(s[..., own] @ weights[name + ".keys"][head], 1), v[..., own])
        out[..., own] = softmax(s[..., own] @ weights[name + ".queries"][head], 2) @ held
    return linear(name + ".output", out)


x, grid = network.input, network.grid
if model["coordinates"]:
    coordinates = np.stack(np.meshgrid(*[np.arange(n) / n for n in grid], indexing="ij"), -1)
    x = np.concatenate([x, np.broadcast_to(coordinates, x.shape[:-1] + (len(grid),))], -1)
x = perceptron("lift", x.reshape(x.shape[0], -1, x.shape[-1]))
for layer in range(model["layers"]):
    block = f"blocks.{layer}"
    x = x + attention(block, normalized(block + ".attentionNorm", x))
    x = x + perceptron(block + ".perceptron", normalized(block + ".perceptronNorm", x))
y = linear("projection", normalized("normalization", x)).reshape(network.output.shape)
network.compare(y, f"{model['layers']} layers")
