"""A run's weights and an example of what it makes of fields, as the scripts that evaluate networks with numpy alone read and compare them."""
import json
import math
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file

erf = np.vectorize(math.erf)
ACTIVATIONS = {
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "gelu": lambda x: 0.5 * x * (1 + erf(x / np.sqrt(2))),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
}


class TrainedNetwork:
    """The network of the command line's two files; stops with `usage` without them, and where it is of another kind."""

    def __init__(self, kind, usage):
        if len(sys.argv) != 3:
            sys.exit(usage)
        with safe_open(sys.argv[1], framework="np") as file:
            self.description = json.loads(file.metadata()["model"])
        self.experiment = self.description["experiment"]
        self.model = self.experiment["model"]
        if self.model["kind"] != kind:
            sys.exit(f"this script knows {kind} networks, and the run has {self.model}")
        self.weights = {name: value.astype(np.float64) for name, value in load_file(sys.argv[1]).items()}
        example = load_file(sys.argv[2])
        self.input, self.output = example["input"].astype(np.float64), example["output"]
        self.grid = self.input.shape[1:-1]

    def linear(self, name, x):
        return x @ self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def compare(self, y, size):
        """Ends the script: with an error where y is further than 1e-5 from what PDEKit made."""
        error = np.linalg.norm(y - self.output) / np.linalg.norm(y)
        print(f"{size} on {'x'.join(map(str, self.grid))} points: relative difference {error:.2e}")
        sys.exit(0 if error < 1e-5 else "the networks differ")
