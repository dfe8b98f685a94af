#!/usr/bin/env bash
# A disk that is full while a network is trained, on a small tmpfs: a clear error, nothing lost, and the run continues.
# Usage: full_disk_training.sh PDETRAIN        needs the right to mount
set -eu
pdetrain=$(realpath "$1")
top=$(mktemp -d)
disk=$top/disk
mkdir "$disk"
trap 'umount "$disk" 2>/dev/null || true; rm -rf "$top"' EXIT
cd "$top"

fail() { printf 'full_disk_training: %s\n' "$*" >&2; exit 1; }

mkdir datasets experiments
cat > datasets/tiny.json <<'RECIPE'
{
  "equation": { "name": "burgers", "viscosity": 0.05 },
  "resolution": 256,
  "initial": { "kind": "fourier", "modes": 3 },
  "frames": { "count": 9, "interval": 0.02, "resolution": 32 },
  "samples": { "train": 12, "valid": 4, "test": 4 }
}
RECIPE
cat > experiments/tiny.json <<'EXPERIMENT'
{
  "data": { "recipe": "datasets/tiny.json" },
  "task": { "kind": "step" },
  "model": { "kind": "fourier", "width": 32, "modes": 12, "layers": 4 },
  "optimizer": { "learningRate": 1e-3 },
  "budget": { "epochs": 20, "batch": 8 }
}
EXPERIMENT
"$pdetrain" tiny --quiet --threads 1 --out whole > out

# A run that stands after half its way, on a disk where the next checkpoint finds no room beside the last.
mount -t tmpfs -o size=64m tmpfs "$disk"
"$pdetrain" tiny --quiet --threads 1 --out "$disk/run" 2> events > out &
child=$!
while [ ! -e "$disk/run/checkpoint/last.safetensors" ]; do
    kill -0 "$child" 2>/dev/null || break
    sleep 0.005
done
kill -INT "$child" 2>/dev/null || true
status=0
wait "$child" || status=$?
[ "$status" = 130 ] || fail "an interrupted run ended with $status: $(cat events)"
cp "$disk/run/checkpoint/last.safetensors" before
head -c 128m /dev/zero > "$disk/ballast" 2> /dev/null || true
status=0
"$pdetrain" tiny --quiet --threads 1 --out "$disk/run" --resume > out 2> errors || status=$?
[ "$status" = 74 ] || fail "a full disk ended with $status: $(cat errors)"
grep -q 'No space left on device' errors || fail "a full disk is not named: $(cat errors)"
grep -q "$disk/run" errors || fail "the file is not named: $(cat errors)"
[ -z "$(find "$disk/run" -name '*.partial')" ] || fail "a partial file was left behind"
cmp before "$disk/run/checkpoint/last.safetensors" || fail "the last checkpoint was touched"

rm "$disk/ballast"
"$pdetrain" tiny --quiet --threads 1 --out "$disk/run" --resume > out
for file in log.jsonl experiment.json; do
    cmp "whole/$file" "$disk/run/$file" || fail "$file differs from that of an undisturbed run"
done
# Behind the header, whose state holds times, stand the numbers.
numbers() { tail -c +$((9 + $(od -An -t u8 -N 8 "$1"))) "$1" | cksum; }
for file in last best; do
    [ "$(numbers "whole/checkpoint/$file.safetensors")" = "$(numbers "$disk/run/checkpoint/$file.safetensors")" ] ||
        fail "the numbers of $file.safetensors differ from those of an undisturbed run"
done

# From the start, there is no room for anything.
head -c 128m /dev/zero > "$disk/ballast" 2> /dev/null || true
status=0
"$pdetrain" tiny --quiet --threads 1 --out "$disk/new" > out 2> errors || status=$?
[ "$status" = 74 ] || fail "a disk that was full from the start ended with $status: $(cat errors)"
rm "$disk/ballast"
"$pdetrain" tiny --quiet --threads 1 --out "$disk/new" --resume > out

mount -o remount,ro "$disk"
status=0
"$pdetrain" tiny --quiet --threads 1 --out "$disk/other" > out 2> errors || status=$?
[ "$status" = 73 ] || fail "a read-only disk ended with $status: $(cat errors)"
grep -qi 'read-only' errors || fail "a read-only disk is not named: $(cat errors)"
echo "full_disk_training: a full and a read-only disk are named, the last checkpoint was kept, the numbers are those of an undisturbed run"
