#!/usr/bin/env bash
# Data of others, there and back: files written by NumPy and h5py are imported, checked, trained on and evaluated; datasets
# are exported, compared with Python and read back.
#
# Usage: data_of_others.sh PDEGEN PDETRAIN PDEEVAL PYTHON        PYTHON needs h5py and numpy
set -euo pipefail
pdegen=$1 pdetrain=$2 pdeeval=$3 python=$4
scripts=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
quietly() { "$@" > said 2>&1 || { cat said; exit 1; }; }

"$python" "$scripts/data_of_others.py" .
quietly "$pdegen" import u.npy --axes sample,time,x --interval 0.05 --boundary periodic --parameter speed=speed.npy --out waves
quietly "$pdegen" import fortran.npy --axes sample,time,x --interval 0.05 --boundary periodic --out fortran
quietly "$pdegen" import matlab.mat --dataset u --axes time,x,sample --interval 0.05 --boundary periodic --out matlab
quietly "$pdegen" import pdebench.hdf5 --boundary periodic --out bench
quietly "$pdegen" import groups.h5 --boundary x=periodic,y=open --out planes

cat > train.json << 'EOF'
{ "data": { "folder": "waves", "parameters": ["speed"] }, "task": { "kind": "step" }, "loss": "relative-l2",
  "model": { "kind": "fourier", "width": 16, "modes": 8, "layers": 2, "hidden": 16 },
  "optimizer": { "kind": "adam", "learningRate": 1e-3 }, "schedule": { "kind": "constant" },
  "budget": { "epochs": 2, "batch": 16 } }
EOF
quietly "$pdegen" export waves --as well --out plain
for data in waves plain; do
    quietly "$pdetrain" train.json --set data.folder=$data --out runs/$data
    quietly "$pdeeval" runs/$data --steps 20
done
quietly "$pdetrain" train.json --set data.folder=planes --set data.parameters='[]' --set model.modes='[8,4]' --out runs/planes
quietly "$pdeeval" runs/planes
quietly "$pdetrain" test runs/waves --data plain
"$python" - << 'EOF'
import json

runs = [json.load(open(f"runs/{name}/metrics.json"))["contestants"][0] for name in ("waves", "plain")]
errors = [run["summary"]["error"]["value"] for run in runs]
assert errors[0] == errors[1] > 0, errors
EOF

for data in waves bench planes; do
    for layout in npy pdebench; do
        quietly "$pdegen" export $data --as $layout --out out/$data-$layout
        # The command that was printed reads it back.
        words=$(sed -n "s/^  import    pdegen //p" said)
        eval "quietly '$pdegen' ${words/%DIR/back/$data-$layout}"
        quietly "$pdegen" verify back/$data-$layout
    done
    "$python" "$scripts/load_exports.py" $data out/$data-npy out/$data-pdebench
done
for data in waves fortran matlab bench planes plain u.npy pdebench.hdf5; do quietly "$pdegen" inspect $data; done
for data in waves fortran matlab bench planes plain pdebench.hdf5; do quietly "$pdegen" verify $data; done
printf 'data of others: imported, trained on, evaluated, exported and read back\n'
