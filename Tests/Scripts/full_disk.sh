#!/usr/bin/env bash
# A disk that is full and one that is read-only, on a small tmpfs: clear errors, nothing lost, and the run continues; exports
# leave nothing.
# Usage: full_disk.sh PDEGEN        needs the right to mount
set -eu
pdegen=$(realpath "$1")
top=$(mktemp -d)
disk=$top/disk
mkdir "$disk"
trap 'umount "$disk" 2>/dev/null || true; rm -rf "$top"' EXIT
cd "$top"

fail() { printf 'full_disk: %s\n' "$*" >&2; exit 1; }

cat > small.json <<'RECIPE'
{
  "equation": { "name": "burgers", "viscosity": 0.02 },
  "resolution": 256,
  "initial": { "kind": "fourier", "modes": 3 },
  "frames": { "count": 101, "interval": 0.01 },
  "samples": { "train": 32, "valid": 4, "test": 4, "perShard": 4 }
}
RECIPE

mount -t tmpfs -o size=2m tmpfs "$disk"
status=0
"$pdegen" small.json --out "$disk/set" > out 2> errors || status=$?
[ "$status" = 74 ] || fail "a full disk ended with $status: $(cat errors)"
grep -q 'No space left on device' errors || fail "a full disk is not named: $(cat errors)"
grep -q "$disk/set" errors || fail "the file is not named: $(cat errors)"
[ -z "$(find "$disk/set" -name '*.partial')" ] || fail "a partial file was left behind"
kept=$(find "$disk/set/data" -name '*.hdf5' | wc -l)
[ "$kept" -gt 0 ] || fail "no finished shard was kept"

mount -o remount,ro "$disk"
status=0
"$pdegen" small.json --out "$disk/set" > out 2> errors || status=$?
[ "$status" = 73 ] || fail "a read-only disk ended with $status: $(cat errors)"
grep -qi 'read-only' errors || fail "a read-only disk is not named: $(cat errors)"

mount -o remount,rw,size=64m "$disk"
"$pdegen" small.json --out "$disk/set" --quiet > out
"$pdegen" verify "$disk/set" --quiet > out
"$pdegen" small.json --out whole --quiet > out
(cd whole && find . -name '*.hdf5' -o -name '*.yaml' -o -name '*.xdmf' -o -name '*.png') | while read -r file; do
    cmp "whole/$file" "$disk/set/$file" || fail "$file differs from that of an undisturbed run"
done

rm -rf "$disk"/*
mount -o remount,size=400k "$disk"
for layout in well npy pdebench; do
    status=0
    "$pdegen" export whole --as "$layout" --out "$disk/out" > out 2> errors || status=$?
    [ "$status" = 74 ] || fail "exporting $layout to a full disk ended with $status: $(cat errors)"
    grep -q 'No space left on device' errors || fail "a full disk is not named: $(cat errors)"
    [ -z "$(ls -A "$disk")" ] || fail "an export left $(ls -A "$disk")"
done
echo "full_disk: a full and a read-only disk are named, $kept finished shards were kept, the bytes are those of an undisturbed run"
