import PDEData
import PDEPlot

/// The README of an imported dataset: what it is, where it came from, what was checked, how to load it.
struct ImportCard {
    private let manifest: Manifest
    private let done: Import

    init(_ manifest: Manifest, _ done: Import) {
        self.manifest = manifest
        self.done = done
    }

    /// The card as Markdown.
    var text: String {
        """
        # \(manifest.description.title)

        ![samples](preview.png)

        \(manifest.sampleCount) samples that others computed, imported from \(done.layout):
        \(done.files.map { "`\($0)`" }.joined(separator: ", ")). Which equation they solve, how and how well is theirs to say; the
        files' checksums and what they were taken for stand in `manifest.json` under `recipe`, and the place that a sample came
        from in its file under `provenance/origin`.

        ## Contents
        \(contents)

        ## What was checked
        All values are finite, no frame repeats the one before it, times are uniform, coordinates increase and are as many as the
        points, and no two splits have a sample with the same beginning and parameters in common.
        \(done.remarks.map { "\n- \($0)" }.joined())\(leftOut)

        ## How to load it
        ```python
        import h5py                                           # any HDF5 reader
        with h5py.File("\(manifest.shards.first?.path ?? "")") as f:
            u = f["t\(field.order)_fields/\(field.name)"][0]   # first sample

        from the_well.data import WellDataset                 # pip install the_well
        \(split) = WellDataset(path=".", well_split_name="\(split)", n_steps_input=1, n_steps_output=\(frames > 1 ? 1 : 0))
        ```
        `stats.yaml` saw the training split only. `pdegen verify` on this folder checks every byte.

        """
    }

    private var split: Split { manifest.firstSplit }
    private var field: FieldDescription { manifest.description.fields[0] }
    private var frames: Int { manifest.description.times.count }

    private var leftOut: String {
        done.recipe.leaveOut.isEmpty
            ? ""
            : "\n- left out of the source, counted from 0: \(done.recipe.leaveOut.map { "\($0)" }.joined(separator: ", "))"
    }

    private var contents: String {
        let description = manifest.description
        let splits = manifest.splits.sorted { $0.key < $1.key }.map { split, range in
            "\(split.rawValue) \(range.count) (numbers \(range.lowerBound)…\(range.upperBound - 1))"
        }
        var lines = ["- samples: \(splits.joined(separator: ", "))"]
        lines += description.fields.map { field in
            "- field `\(field.name)`, float32, \(description.shape(of: field).map { "\($0)" }.joined(separator: " × ")) a sample: "
                + (field.isTimeVarying ? "time, then space" : "space") + (field.order > 0 ? ", then component" : "")
        }
        lines += description.dimensions.map { axis in
            "- axis `\(axis.name)`: \(axis.coordinates.count) points from \(number(axis.coordinates[0])) to "
                + number(axis.coordinates.last!)
        }
        lines += description.boundaries.map { "- `\($0.dimension)`: \($0.kind.rawValue) at both ends" }
        lines.append(
            frames > 1
                ? "- time: \(frames) frames, every \(number(description.times[1] - description.times[0]))"
                : "- time: one frame; nothing changes in time")
        let table = Quantiles.table(manifest.shards.flatMap(\.samples).map(\.difficulty))
        return
            (lines
            + table.map {
                "- parameter `\($0)`: \(number($1.least)) to \(number($1.most)), median \(number($1.median))"
            })
            .joined(separator: "\n")
    }

    private func number(_ value: Double) -> String { NumberText.short(value, digits: 4) }
}
