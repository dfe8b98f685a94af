#!/usr/bin/env python3
"""SOAP and Muon in plain numpy: prints the numbers that the tests of the optimisers compare with.

Usage: optimizers_numpy.py        needs: pip install numpy

20 steps on parameters and gradients that are made of whole numbers, clipped, with decay; of each parameter three weighted sums.
Spectral weights go through Muon as the real matrices of twice the size that they are.
"""
import numpy as np

STEPS, RATE, DECAY, CLIP = 20, 0.02, 0.1, 15.0
PARAMETERS = [
    ("first.weight", [4, 4]), ("hidden.weight", [3, 6]), ("hidden.bias", [5]), ("convolution.weight", [2, 3, 4, 2]),
    ("small.spectral", [2, 2, 3, 5]), ("large.spectral", [5, 4, 2, 32, 32]), ("last.weight", [4, 4]),
]
# The statistics of an axis that is longer than the others together have no unique basis.
ALIKE = [entry for entry in PARAMETERS if entry[0] != "hidden.weight"]


def start(seed, shape):
    i = np.arange(np.prod(shape))
    return ((i * i * 31 + 7 * i + 5 * seed) % 101 / 101 - 0.5).reshape(shape)


def gradient(seed, step, p):
    i = np.arange(p.size)
    return ((i * i + 3 * i * step + 11 * step + 17 * seed) * 7919 % 1009 / 1009 - 0.5).reshape(p.shape) + 0.3 * p


def sums(p):
    i = np.arange(p.size)
    return [float(np.sum(p.ravel() * ((i * k * (k + 1) + i) % 13 - 6))) for k in (1, 2, 3)]


class Adam:
    def __init__(self, beta1, beta2):
        self.beta1, self.beta2, self.m, self.v, self.t = beta1, beta2, 0, 0, 0

    def direction(self, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g * g
        return self.m / (1 - self.beta1**self.t) / (np.sqrt(self.v / (1 - self.beta2**self.t)) + 1e-8)


class Soap:
    """Vyas et al. 2024, algorithm 3, on every axis by itself."""

    beta, interval = 0.95, 10

    def __init__(self, name, shape):
        self.adam = Adam(0.95, 0.95)
        self.view, self.axes = shape, []
        if len(shape) > 1:
            self.view = [int(np.prod(shape[:-2])), *shape[-2:]]
            self.axes = [k for k in ((1, 2) if "spectral" in name else (0, 1, 2)) if self.view[k] > 1]
        self.statistics = {k: np.zeros((self.view[k],) * 2) for k in self.axes}
        self.bases = None

    def turned(self, x, back=False):
        for k in self.axes:
            q = self.bases[k] if back else self.bases[k].T
            x = np.moveaxis(np.tensordot(q, x, (1, k)), 0, k)
        return x

    def observe(self, g):
        for k in self.axes:
            rows = np.moveaxis(g, k, 0).reshape(self.view[k], -1)
            self.statistics[k] = self.beta * self.statistics[k] + (1 - self.beta) * rows @ rows.T

    def step(self, p, g):
        g = g.reshape(self.view)
        if self.bases is None:
            self.observe(g)
            self.bases = {k: np.linalg.eigh(self.statistics[k])[1][:, ::-1] for k in self.axes}
            return p
        direction = self.turned(self.adam.direction(self.turned(g)), back=True)
        p = (1 - RATE * DECAY) * p - RATE * direction.reshape(p.shape)
        self.observe(g)
        if self.adam.t % self.interval == 0:
            mean = self.turned(self.adam.m, back=True)
            for k in self.axes:
                q, s = self.bases[k], self.statistics[k]
                order = np.argsort(-np.diag(q.T @ s @ q))
                self.adam.v = np.take(self.adam.v, order, axis=k)
                self.bases[k] = np.linalg.qr(s @ q[:, order])[0]
            self.adam.m = self.turned(mean)
        return p


class Muon:
    """Jordan 2024, with the length of Adam's steps."""

    beta = 0.95

    def __init__(self, name, shape):
        self.is_hidden = len(shape) > 1 and name not in ("first.weight", "last.weight")
        self.is_complex = "spectral" in name
        self.adam, self.m = Adam(0.9, 0.999), 0

    def step(self, p, g):
        if not self.is_hidden:
            return (1 - RATE * DECAY) * p - RATE * self.adam.direction(g)
        self.m = self.beta * self.m + (1 - self.beta) * g
        u = (1 - self.beta) * g + self.beta * self.m
        if self.is_complex:
            modes = u.reshape(-1, *u.shape[-3:])
            moves = np.stack([self.complex_move(re, im) for re, im in modes]).reshape(p.shape)
        else:
            moves = self.move(u.reshape(-1, u.shape[-1]).T).T.reshape(p.shape)
        return p * (1 - RATE * DECAY) - RATE * moves

    def complex_move(self, re, im):
        move = self.move(np.block([[re, -im], [im, re]]))
        return np.stack([move[: len(re), : re.shape[1]], move[len(re) :, : re.shape[1]]])

    def move(self, u):
        x = u / (np.linalg.norm(u) + 1e-7)
        if u.shape[0] > u.shape[1]:
            x = x.T
        for _ in range(5):
            a = x @ x.T
            x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
        if u.shape[0] > u.shape[1]:
            x = x.T
        return 0.2 * np.sqrt(max(u.shape)) * x


for optimizer, parameters in ((Soap, ALIKE), (Muon, PARAMETERS)):
    values = [start(seed, shape) for seed, (_, shape) in enumerate(parameters)]
    rules = [optimizer(*entry) for entry in parameters]
    for step in range(1, STEPS + 1):
        gradients = [gradient(seed, step, p) for seed, p in enumerate(values)]
        norm = np.sqrt(sum(np.sum(g * g) for g in gradients))
        values = [rule.step(p, g * min(1, CLIP / norm)) for rule, p, g in zip(rules, values, gradients)]
    print(optimizer.__name__)
    for (name, _), value in zip(parameters, values):
        print(f'    "{name}": [{", ".join(f"{s:.12f}" for s in sums(value))}],')
