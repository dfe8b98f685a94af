import PDECommand
import Testing
import pdetrain

@Suite struct PdetrainHelpTests {
    @Test(arguments: ["test", "bench", "keys", "doctor"])
    func helpFitsAScreen(_ verb: String) throws {
        let help = try #require(PdetrainProgram.program.helpText(of: verb))
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 40)
        #expect(lines.allSatisfy { displayWidth(String($0)) <= 80 })
    }

    @Test func helpOfTheProgramIsThis() {
        #expect(PdetrainProgram.program.helpText.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
        #expect(
            PdetrainProgram.program.helpText == """
                pdetrain: train neural PDE solvers

                Usage: pdetrain EXPERIMENT [flags]
                       pdetrain VERB [flags]

                Arguments:
                  EXPERIMENT  a file such as experiments/burgers.json, or a run's folder

                Flags:
                  --out DIR          the run's folder (default: runs/NAME)
                  --resume           go on from the last checkpoint, for longer too
                  --from RUN         begin with the network of a run: fine-tuning
                  --check            only look whether the network can learn at all
                  --plan             print what would be trained; write nothing
                  --shard I/N        only part I of N of its runs (clusters: then the rest too)
                  --variant NAME     only this variant of an experiment that has several
                  --seed N           one run with this seed, in the folder seed-N
                  --threads N        threads (default: all cores)
                  --set KEY=VALUE    any key: optimizer.learningRate=5e-4 (may be repeated)
                  --log text|json    progress on stderr: text or JSON lines (default: text)
                  --quiet            no progress, only warnings and errors
                  --help, --version  show this text, or after a verb its own; the version

                Verbs:
                  test    the error of a trained network on unseen samples; JSON
                  verify  check every byte of a dataset or a run against its checksums
                  bench   measure a training step and a forward pass; JSON
                  keys    explain the keys of experiments: types, ranges, defaults, examples
                  doctor  show versions, processor and what to change

                Examples:
                  pdetrain experiments/burgers-operator.json
                  pdetrain runs/burgers-operator --resume --set budget.epochs=400

                """)
    }

    @Test func helpOfTestIsThis() {
        #expect(
            PdetrainProgram.program.helpText(of: "test") == """
                pdetrain test: the error of a trained network on unseen samples; JSON

                Usage: pdetrain test RUN [flags]

                Arguments:
                  RUN  a run's folder such as runs/burgers-operator

                Flags:
                  --stride S,…              use every S-th point: several grids (default: as in
                                            training)
                  --data DIR                another dataset (default: that of the training)
                  --split train|valid|test  the split (default: test)
                  --example FILE            write what goes in and comes out of one batch
                  --threads N               threads (default: all cores)
                  --help                    show this text

                Example:
                  pdetrain test runs/burgers-operator --stride 8,4,2,1

                """)
    }

    @Test func helpOfBenchIsThis() {
        #expect(
            PdetrainProgram.program.helpText(of: "bench") == """
                pdetrain bench: measure a training step and a forward pass; JSON

                Usage: pdetrain bench NAME [flags]

                Batches of 20, one step of an optimiser on the relative L2 error summed over
                samples. fno2d: a Fourier operator of width 32 with 12 modes and 4 layers on 64
                x 64 points. fno1d: width 64, 16 modes, 1024 points. unet2d: width 32, three
                levels, group normalisation, 64 x 64 points. lsm2d: a latent spectral model of
                width 32 with four levels on 64 x 64 points. linearno2d: linear attention of
                width 64 with 8 layers, 8 heads and 64 slices on 64 x 64 points. sgno1d: a
                spectral generator of 64 modes and 4 stages on 128 points. Times are medians of
                15 after 3 that do not count; the optimiser's own is the mean of ten. gp:
                Gaussian processes that solve boundary value problems of high frequencies, with
                the seconds of learning their kernel and of one solution and, on squares, the
                most memory in arrays of the grid, and that learn an operator from 1000 pairs:
                error on 200 others, seconds of the fit and of one answer. score: a step of
                implicit score matching on 10,000 particles in 2 and 5 dimensions, three layers
                of width 100, by Adam.

                Arguments:
                  NAME  fno1d, fno2d, unet2d, lsm2d, linearno2d, sgno1d, gp, score

                Flags:
                  --precision float|double|both
                               precision (default: float)
                  --optimizer adam|adamw|soap|muon|l-bfgs
                               what moves the parameters (default: adam)
                  --batch N    samples in a batch (default: 20)
                  --width N    channels, instead of the network's own
                  --threads N  threads (default: all cores)
                  --help       show this text

                Example:
                  pdetrain bench fno2d --threads 2

                """)
    }
}
