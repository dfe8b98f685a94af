import PDECore
import PDEData
import PDEPlot

/// The dataset's README: what it is, how it was made, how good it is, how to load it.
struct DatasetCard {
    private let manifest: Manifest
    private let recipe: Recipe
    private let accuracy: AccuracyCheck?
    private let omission: AccuracyOmission?

    private let problem: CardText

    init(_ manifest: Manifest, _ recipe: Recipe, _ accuracy: AccuracyCheck?, _ omission: AccuracyOmission?) {
        self.omission = omission
        problem = recipe.problem.definition.card(in: recipe)
        self.manifest = manifest
        self.recipe = recipe
        self.accuracy = accuracy
    }

    private var records: [SampleRecord] { manifest.shards.flatMap(\.samples) }

    /// The card as Markdown.
    var text: String {
        """
        # \(recipe.title)

        ![samples from easy to hard](preview.png)

        \(problem.statement)

        ## Contents
        \(contents)

        ## Difficulty and health
        \(places)

        \(numbers)

        \(quality)\(parameters)

        ## How to load it
        \(loading)

        ## How to make it again
        The resolved recipe is `recipe` in `manifest.json`, and in every file under `provenance`. Save it as `recipe.json`:
        `pdegen recipe.json\(again) --out again` makes the same bytes with the same libraries and processor features
        (\(manifest.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))).
        A sample is a function of (recipe, seed, index, attempt) alone. \(numbering) `pdegen verify` on this folder checks every byte.

        """
    }

    private var isConsecutive: Bool { recipe.samples.numbering == .consecutive }

    /// What a stored recipe needs to give these samples again; one from before splits had their own numbers does not say so.
    private var again: String { isConsecutive ? " --set samples.numbering=consecutive" : "" }

    private var numbering: String {
        isConsecutive
            ? "Its index runs through all splits: test, valid, train."
            : "Its index is its place in its split, plus 10⁹ in valid and 2·10⁹ in train: no split changes the samples of another."
    }

    private var contents: String {
        let counts = recipe.splits.sorted { $0.split < $1.split }.map { split, indices in
            "\(split.rawValue) \(indices.count) (numbers \(indices.lowerBound)…\(indices.upperBound - 1))"
        }
        let fields = (manifest.description.fields.map(line) + manifest.description.particles.map(line))
            .joined(separator: "\n")
        let end = manifest.description.times.last!
        let time =
            recipe.isSteady
            ? "one frame; nothing changes in time"
            : "\(formatCount(recipe.frames.count, "frame")), every \(number(recipe.frames.interval)) until \(number(end))"
        let megabytes = Double(manifest.shards.reduce(0) { $0 + $1.bytes }) / 1e6
        return """
            - samples: \(counts.joined(separator: ", ")); \(formatCount(manifest.shards.count, "file")), \(number(megabytes)) MB
            \(fields)
            - time: \(time)
            \(problem.making.map { "- \($0)" }.joined(separator: "\n"))
            """
    }

    private func line(_ field: FieldDescription) -> String {
        if let value = field.uniformValue {
            return
                "- field `\(field.name)`, \(value) at every point of every sample: `uniform_fields/\(field.name)` in the files"
        }
        let shape = manifest.description.shape(of: field).map { "\($0)" }.joined(separator: " × ")
        let axes = (field.isTimeVarying ? "time, then space" : "space") + (field.order > 0 ? ", then component" : "")
        return "- field `\(field.name)`, float32, \(shape) a sample: \(axes)"
    }

    private func line(_ cloud: ParticleDescription) -> String {
        let shape = manifest.description.shape(of: cloud).map { "\($0)" }.joined(separator: " × ")
        return "- particles `\(cloud.name)`, float32, \(shape) a sample: time, then particle, then component "
            + "(\(cloud.components.joined(separator: ", "))); in the files' group `particles`, as [sample] and these, and as "
            + "`h5py.File(…)[\"particles/\(cloud.name)\"]`; all particles have the same weight, the attribute `weight`"
    }

    private var places: String {
        manifest.description.diagnostics == nil
            ? "Every sample carries these numbers, as `scalars` in its file and in `manifest.json`."
            : """
            Every sample carries these numbers in `manifest.json` and in its file: what was drawn before it was solved in the group \
            `scalars`, all of which loaders hand to a model; what came of solving it in `diagnostics`.
            """
    }

    private var numbers: String {
        let sound = records.filter { $0.failure == nil }
        let rows = [("difficulty", sound.map(\.difficulty)), ("health", sound.map(\.health))].flatMap { kind, records in
            Quantiles.table(records).map { name, q in
                "| \(kind) | `\(name)` | \(number(q.least)) | \(number(q.median)) | \(number(q.most)) | \(meaning(name)) |"
            }
        }
        return (["| | | least | median | most | |", "|---|---|---|---|---|---|"] + rows).joined(separator: "\n")
    }

    /// What a number is, as the files say it.
    private func meaning(_ name: String) -> String {
        let summary = manifest.description.numbers.first { $0.name == name }?.summary ?? ""
        let kind = ["difficulty: ", "health: "].first { summary.hasPrefix($0) } ?? ""
        return String(summary.dropFirst(kind.count)).replacing("|", with: "\\|")
    }

    private var quality: String {
        let rejected = records.reduce(0) { $0 + $1.rejections.count }
        let failed = records.filter { $0.failure != nil }.map { name($0.index) }
        let seconds = records.reduce(0) { $0 + $1.wallTime }
        let writing = manifest.shards.reduce(0) { $0 + $1.secondsWriting }
        var lines = [
            "- cost: \(number(seconds)) core-seconds of solving, \(number(writing)) s of writing; "
                + "\(formatCount(records.reduce(0) { $0 + $1.steps }, recipe.problem.profile.stepName))",
            "- refused draws: \(rejected); reasons stand in `manifest.json`"
                + (failed.isEmpty ? "" : "; places without a sample: \(failed.joined(separator: ", "))"),
        ]
        lines.insert("- \(discretisation)", at: 0)
        if let accuracy = recipe.accuracy, let grids = GridChoice.summary(of: records) {
            lines.insert(
                "- accuracy: each sample is solved on the coarsest grid that keeps the relative error (L2) of its \(recipe.isSteady ? "solution" : "first frame") "
                    + "below \(number(accuracy)), estimated by a pilot on twice the points: \(grids)", at: 0)
        }
        return lines.joined(separator: "\n")
    }

    private var discretisation: String {
        guard let check = accuracy else {
            return "discretisation error of the hardest sample: not measured"
                + (omission.map { ": \($0.reason)" } ?? "")
        }
        let head = "measured discretisation error: sample \(name(check.index)), the hardest, differs from "
        if recipe.isSteady {
            return head + (check.reference == .finerGrid ? "itself on twice the points" : "its closed form")
                + " by \(number(check.largest)) (relative L2)"
        }
        return head
            + "itself on twice the points with half the step by \(number(check.firstFrame)) (relative L2) at the first "
            + "frame after the start, \(number(check.lastFrame)) after \(formatCount(check.frames, "frame")) and "
            + "\(number(check.largest)) at most"
    }

    /// The parameters that were drawn: as they were asked for, and as they are stored.
    private var parameters: String {
        let comparisons = ParameterComparison.all(in: manifest, of: recipe).filter { !$0.stored.isEmpty }
        guard !comparisons.isEmpty else { return "" }
        let table = [
            "| parameter | asked | quartiles asked | quartiles stored | draws refused |", "|---|---|---|---|---|",
        ]
        let warnings = comparisons.compactMap(\.complaint).map { "\n> **Warning: \($0).**" }
        return "\n\n" + (table + comparisons.map(\.row) + warnings).joined(separator: "\n")
    }

    private var loading: String {
        let field = manifest.description.fields[0]
        let file = manifest.shards.first?.path ?? ""
        return """
            ```python
            import h5py                                           # any HDF5 reader
            with h5py.File("\(file)") as f:
                u = f["t\(field.order)_fields/\(field.name)"][0]   # first sample

            from the_well.data import WellDataset                 # pip install the_well
            train = WellDataset(path=".", well_split_name="train", n_steps_input=1, n_steps_output=\(recipe.isSteady ? 0 : 1))
            ```
            \(advice.joined(separator: "\n"))
            """
    }

    /// What users of loaders stumble over.
    private var advice: [String] {
        let frames = manifest.description.times.count
        var lines: [String] = []
        if manifest.splits[.train] == nil {
            lines.append("`stats.yaml` is empty: there is no training split whose statistics it could hold.")
        } else {
            lines.append(
                """
                Normalise with `stats.yaml`, which saw the training split only: `WellDataset(…, use_normalization=True, \
                normalization_type=ZScoreNormalization)`, with the class from `the_well.data.normalization`.
                """)
        }
        if frames > 1 {
            lines.append(
                """
                Whole trajectories: `full_trajectory_mode=True, max_rollout_steps=\(frames)`; The Well's loader stops after 100 \
                steps unless it is told otherwise.
                """)
        }
        if manifest.description.diagnostics != nil {
            lines.append(
                """
                `xarray.open_dataset(file, group="t\(manifest.description.fields[0].order)_fields")` has names and coordinates of all \
                axes; so have the groups `scalars` and `diagnostics`.
                """)
        }
        if recipe.storage.checksums {
            lines.append(
                """
                kerchunk leaves out fields whose chunks have checksums: for it, make the dataset with \
                `--set storage.checksums=false`.
                """)
        }
        return lines + ["ParaView opens the `.xdmf` beside each file."]
    }

    private func name(_ number: Int) -> String { recipe.address(of: number).description }

    private func number(_ value: Double) -> String { NumberText.short(value, digits: 4) }
}
