#!/usr/bin/env python3
"""PDEKit against OpenFOAM's icoFoam on a channel with three squares: time a step, time a trajectory, and who is right.

Usage: channel.py [ROUNDS] [--fields]
       from the repository's root after `swift build -c release`; needs: apt-get install --no-install-recommends openfoam
       --fields also compares the velocities at the end with a solution on 512 x 512 cells (some minutes; pip install h5py)

Both solve a square channel of 128 x 128 cells at Re 1000 (height, peak speed) from rest to two heights over the peak speed:
parabolic inlet, p = 0 at the outlet, no slip on walls and squares. icoFoam takes 1000 steps of 0.002 with linear-upwind
advection, its pressure by GAMG or DIC-PCG to 1e-6; one core each, one after the other in each round.
"""
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

CELLS, SIDE, CORNERS = 128, 8, [(30, 40), (50, 80), (70, 30)]
STEPS, STEP, REYNOLDS = 1000, 0.002, 1000
PDEGEN = os.path.abspath(".build/release/pdegen")
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
SOLVERS = {
    "GAMG": "solver GAMG; smoother GaussSeidel;",
    "PCG": "solver PCG; preconditioner DIC;",
}


def dictionary(folder, name, text, kind="dictionary"):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(f"FoamFile {{ version 2.0; format ascii; class {kind}; object {os.path.basename(name)}; }}\n{text}\n")


def write_case(folder, solver):
    """The same channel for icoFoam."""
    end, h = STEPS * STEP, 1 / CELLS
    dictionary(folder, "system/controlDict", f"""application icoFoam; startFrom startTime; startTime 0; stopAt endTime;
endTime {end}; deltaT {STEP}; writeControl runTime; writeInterval {end}; writeFormat ascii; writePrecision 8;""")
    dictionary(folder, "system/fvSchemes", """ddtSchemes { default Euler; }
gradSchemes { default Gauss linear; }
divSchemes { default none; div(phi,U) Gauss linearUpwind grad(U); }
laplacianSchemes { default Gauss linear orthogonal; }
interpolationSchemes { default linear; }
snGradSchemes { default orthogonal; }""")
    dictionary(folder, "system/fvSolution", f"""solvers {{
p {{ {SOLVERS[solver]} tolerance 1e-6; relTol 0.05; }}
pFinal {{ $p; relTol 0; }}
U {{ solver smoothSolver; smoother symGaussSeidel; tolerance 1e-5; relTol 0; }} }}
PISO {{ nCorrectors 2; nNonOrthogonalCorrectors 0; pRefCell 0; pRefValue 0; }}""")
    dictionary(folder, "system/blockMeshDict", f"""scale 1;
vertices ((0 0 0) (1 0 0) (1 1 0) (0 1 0) (0 0 0.1) (1 0 0.1) (1 1 0.1) (0 1 0.1));
blocks (hex (0 1 2 3 4 5 6 7) ({CELLS} {CELLS} 1) simpleGrading (1 1 1));
boundary (inlet {{ type patch; faces ((0 4 7 3)); }} outlet {{ type patch; faces ((2 6 5 1)); }}
walls {{ type wall; faces ((3 7 6 2) (1 5 4 0)); }} squares {{ type wall; faces (); }}
planes {{ type empty; faces ((0 3 2 1) (4 5 6 7)); }});""")
    actions = ["{ name fluid; type cellSet; action new; source boxToCell; box (-1 -1 -1) (2 2 2); }"]
    for i, j in CORNERS:
        box = f"({i * h} {j * h} -1) ({(i + SIDE) * h} {(j + SIDE) * h} 1)"
        actions.append(f"{{ name fluid; type cellSet; action delete; source boxToCell; box {box}; }}")
    dictionary(folder, "system/topoSetDict", "actions (" + "\n".join(actions) + ");")
    dictionary(folder, "constant/transportProperties", f"nu {1 / REYNOLDS};")
    inlet = "\n".join(f"({4 * y * (1 - y):.10g} 0 0)" for y in ((j + 0.5) * h for j in range(CELLS)))
    dictionary(folder, "0/U", f"""dimensions [0 1 -1 0 0 0 0]; internalField uniform (0 0 0);
boundaryField {{ inlet {{ type fixedValue; value nonuniform List<vector> {CELLS} ({inlet}); }}
outlet {{ type zeroGradient; }} walls {{ type noSlip; }} squares {{ type noSlip; }} planes {{ type empty; }} }}""",
               "volVectorField")
    dictionary(folder, "0/p", """dimensions [0 2 -2 0 0 0 0]; internalField uniform 0;
boundaryField { inlet { type zeroGradient; } outlet { type fixedValue; value uniform 0; }
walls { type zeroGradient; } squares { type zeroGradient; } planes { type empty; } }""", "volScalarField")


def foam(folder, command):
    script = f"set +eu; . /usr/share/openfoam/etc/bashrc 2>/dev/null; set -eu; cd {folder}; {command}"
    subprocess.run(["bash", "-c", script], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)


def run_foam(folder, solver):
    """Milliseconds a step of icoFoam."""
    write_case(folder, solver)
    foam(folder, "blockMesh; topoSet; subsetMesh -overwrite fluid -patch squares")
    start = time.perf_counter()
    foam(folder, "icoFoam")
    return (time.perf_counter() - start) / STEPS * 1e3


def bench(*flags):
    result = subprocess.run(
        [PDEGEN, "bench", "navier-stokes", "--resolution", str(CELLS), "--obstacles", "3", "--re", str(REYNOLDS),
         "--precision", "double", "--jobs", "1", "--repeats", "3", *flags],
        check=True, capture_output=True, text=True, env=ENVIRONMENT)
    return json.loads(result.stdout)


def compare_times(rounds, folder):
    theirs, ours = {"GAMG": [], "PCG": []}, {"same": [], "own": []}
    for _ in range(rounds):
        for solver in SOLVERS:
            theirs[solver].append(run_foam(os.path.join(folder, solver), solver))
        ours["same"].append(bench("--step", str(STEP)))
        ours["own"].append(bench())
    median = statistics.median
    same = median(run["ms_per_step"] for run in ours["same"])
    own = median(run["s_per_trajectory"] for run in ours["own"])
    print(f"PDEKit, double, one core: {same:.3f} ms a step of {STEP}; at its own steps (CFL 0.8, {ours['own'][0]['steps']} "
          f"of them) {own:.3f} s a trajectory")
    for solver, times in theirs.items():
        step = [time / run["ms_per_step"] for time, run in zip(times, ours["same"])]
        whole = [time * STEPS / 1e3 / run["s_per_trajectory"] for time, run in zip(times, ours["own"])]
        print(f"icoFoam {solver}: {median(times):.2f} ms a step ({median(step):.1f} times as long), "
              f"{median(times) * STEPS / 1e3:.1f} s a trajectory ({median(whole):.0f} times as long)")


def our_velocity(cells, folder):
    """Our velocity at the end on 128 x 128 cells: means over blocks of a finer grid."""
    import h5py
    h = 1 / CELLS
    bodies = [{"rectangle": {"lower": [i * h, j * h], "upper": [(i + SIDE) * h, (j + SIDE) * h]}} for i, j in CORNERS]
    recipe = {
        "name": "channel", "equation": {"name": "navier-stokes", "family": "channel", "reynolds": REYNOLDS},
        "resolution": cells, "obstacles": {"bodies": bodies},
        "frames": {"count": 2, "interval": STEPS * STEP, "resolution": CELLS}, "samples": {"test": 1},
    }
    path = os.path.join(folder, f"channel{cells}")
    with open(f"{path}.json", "w") as file:
        json.dump(recipe, file)
    subprocess.run([PDEGEN, f"{path}.json", "--out", path, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    with h5py.File(f"{path}/data/test/channel_test_0000.hdf5") as file:
        return file["t1_fields/velocity"][0, -1].astype(float)


def foam_velocity(folder):
    """icoFoam's velocity at the end, 0 in the squares."""
    import numpy as np
    end = f"{STEPS * STEP:g}"
    text = open(os.path.join(folder, end, "U")).read()
    rows = re.search(r"nonuniform List<vector>\s*\d+\s*\((.*?)\n\)", text, re.S).group(1).strip().splitlines()
    solid = np.zeros((CELLS, CELLS), bool)
    for i, j in CORNERS:
        solid[i:i + SIDE, j:j + SIDE] = True
    velocity = np.zeros((CELLS, CELLS, 2))
    fluid = [(i, j) for j in range(CELLS) for i in range(CELLS) if not solid[i, j]]
    for (i, j), row in zip(fluid, rows):
        velocity[i, j] = [float(value) for value in row.strip("()").split()[:2]]
    return velocity


def compare_fields(folder):
    import numpy as np
    fine, ours = our_velocity(512, folder), our_velocity(CELLS, folder)
    theirs = foam_velocity(os.path.join(folder, "GAMG"))
    fluid = (fine != 0).any(axis=2)

    def difference(a, b):
        return np.sqrt(((a - b)[fluid] ** 2).sum() / (fine[fluid] ** 2).sum())
    print(f"velocity at t = {STEPS * STEP:g}, relative L2: icoFoam 128 against PDEKit 512 {difference(theirs, fine):.4f}; "
          f"PDEKit 128 against PDEKit 512 {difference(ours, fine):.4f}; PDEKit 128 against icoFoam 128 "
          f"{difference(ours, theirs):.4f}")


def main(arguments):
    rounds = [int(argument) for argument in arguments if argument != "--fields"]
    with tempfile.TemporaryDirectory() as folder:
        compare_times(rounds[0] if rounds else 3, folder)
        if "--fields" in arguments:
            compare_fields(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
