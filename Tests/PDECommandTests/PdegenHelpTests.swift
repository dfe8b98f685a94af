import PDECommand
import Testing
import pdegen

@Suite struct PdegenHelpTests {
    @Test(arguments: ["verify", "inspect", "import", "export", "bench", "keys", "doctor"])
    func helpFitsAScreen(_ verb: String) throws {
        let help = try #require(PdegenProgram.program.helpText(of: verb))
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 40)
        #expect(lines.allSatisfy { displayWidth(String($0)) <= 80 })
    }

    @Test func helpOfTheProgramIsThis() {
        // What comes after the last newline is no line.
        let lines = PdegenProgram.program.helpText.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count <= 42)
        #expect(
            PdegenProgram.program.helpText == """
                pdegen: generate PDE datasets with classical solvers

                Usage: pdegen [RECIPE] [flags]
                       pdegen VERB [flags]

                Arguments:
                  RECIPE  a file such as datasets/burgers.json

                Flags:
                  --out DIR              the dataset's folder (default: data/NAME)
                  --threads N            worker threads (default: all cores)
                  --shard I/N            make only part I of N (clusters: a part, then the rest)
                  --plan                 print what would be made and its cost; write nothing
                  --re R                 Reynolds number: 1000, 8000:10000, easy, medium or hard
                  --obstacles N          how many: 3, 2:10, easy, medium or hard
                  --level L              easy, medium or hard, for both of these
                  --shape S,S            square, rectangle, circle, ellipse, triangle, hexagon
                  --family F             channel or cavity
                  --seed N               seed of all random numbers
                  --viscosity V|A:B      fixed or log-uniform
                  --resolution|frames N  points or cells a side; frames that are stored
                  --accuracy E           most error of a first frame: a grid for each sample
                  --precision P          float or double
                  --train|valid|test N   samples of each split
                  --only SPLIT/N         make only sample N of a split, as in the whole dataset
                  --set KEY=VALUE        any key of the recipe: solver.cfl=0.3 (may be repeated)
                  --log text|json        progress on stderr: text or JSON lines (default: text)
                  --quiet                no progress, only warnings and errors
                  --help, --version      show this text, or after a verb its own; the version

                Verbs:
                  verify       check every byte of a dataset or a run against its checksums
                  inspect      show a dataset as a tree, with its numbers and a small picture
                  import       make a dataset of others' samples: NumPy, HDF5, PDEBench
                  export       write a dataset as others read it: The Well, PDEBench, NumPy
                  bench        measure a solver; prints a line of JSON for each precision
                  convergence  solve cases with known answers on finer grids; prints the order
                  keys         explain the keys of recipes: types, ranges, defaults, examples
                  doctor       show versions, processor and what to change

                Example:
                  pdegen datasets/burgers.json --viscosity 0.002:0.02 --train 2000 --out more

                """)
    }
}
