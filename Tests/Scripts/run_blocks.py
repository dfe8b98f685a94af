#!/usr/bin/env python3
"""Runs the shell, JSON and Python blocks of articles as a reader would who copies one after the other.

Usage: run_blocks.py PYTHON ARTICLE...        PYTHON needs h5py, numpy and safetensors; the commands are those in .build/release

Each article has a folder of its own, with the project's recipes and experiments in it. A JSON block is saved under the name before
it, "Saved as `NAME.json`:". Blocks under `<!-- long -->` are left out: other checks run them. Swift blocks are import_pdekit.sh's.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# A Python with PyTorch and safetensors, where there is one.
TORCH = next((name for name in ("python3", sys.argv[1] if len(sys.argv) > 1 else "python3")
              if not subprocess.run([name, "-c", "import torch, safetensors"], capture_output=True).returncode), None)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text):
    """Every block of a language: the language, what stands in it, and the text from the last block to it."""
    end = 0
    for found in BLOCK.finditer(text):
        yield found[1], found[2], text[end:found.start()].rstrip()
        end = found.end()


def in_torch(text):
    """A network in numpy as the article makes it one in PyTorch; None where there is none."""
    if "gelu = " not in text:
        return None
    text = re.sub(r"^gelu = .*$", "gelu = np.nn.functional.gelu", text, flags=re.MULTILINE)
    return text.replace("numpy as np", "torch as np").replace('framework="np"', 'framework="pt"')


def run(python, article):
    environment = dict(os.environ, PATH=f"{ROOT}/.build/release:{os.environ['PATH']}")
    with open(article) as file:
        found = list(blocks(file.read()))
    with tempfile.TemporaryDirectory() as folder:
        for name in ("datasets", "experiments"):
            os.symlink(f"{ROOT}/{name}", f"{folder}/{name}")
        for language, text, before in found:
            if before.endswith("<!-- long -->"):
                continue
            if language == "json":
                json.loads(text)
                named = re.search(r"[Ss]aved as `([\w.-]+)`:$", before)
                if not named:
                    sys.exit(f"{article}: a block of JSON has no name before it:\n{text}")
                with open(f"{folder}/{named[1]}", "w") as file:
                    file.write(text)
            elif language in ("sh", "python"):
                words = ["bash", "-euxo", "pipefail", "-c", text] if language == "sh" else [python, "-c", text]
                torch = in_torch(text) if language == "python" else None
                for words in [words] + ([[TORCH, "-c", torch]] if torch and TORCH else []):
                    done = subprocess.run(words, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    if done.returncode:
                        sys.exit(f"{article}: exit code {done.returncode} of\n{words[-1]}\n{done.stdout}")
            elif language != "swift":
                sys.exit(f"{article}: nobody runs blocks of {language}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    for article in sys.argv[2:]:
        start = time.monotonic()
        run(sys.argv[1], article)
        print(f"{os.path.basename(article)}: every block runs, {time.monotonic() - start:.1f} s", flush=True)
