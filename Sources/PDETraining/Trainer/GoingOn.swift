import PDEConfig
import PDEData

extension Experiment {
    /// What may differ in a run that is gone on with: how long and how fast it goes, and what is only kept beside its one seed.
    private static let free = [
        "seeds", "budget.epochs", "budget.steps", "budget.seconds", "budget.validateEvery", "budget.patience",
        "schedule", "optimizer.learningRate", "optimizer.clipNorm",
    ]

    /// The first key by which a run of this experiment cannot be gone on with as one of the other, in words; nil if it can.
    func difference(from other: Experiment) -> String? {
        firstDifference(from: other, leavingOut: Self.free).map { "\($0) is \(brief($1)) there and \(brief($2)) here" }
    }

    /// What differs from the other in a run that is gone on with, a sentence for the first.
    func change(to other: Experiment) -> String? {
        firstDifference(from: other, leavingOut: ["seeds"]).map {
            "goes on with \($0) \(brief($2)), which was \(brief($1)): the schedule is that of the new run's length"
        }
    }

    /// Every key in which the other differs, as a sentence has it and as `--set` does; of many the first few.
    func changes(to other: Experiment) -> [(words: String, setting: String)] {
        var (left, right) = (Self.fixed(self, ["seeds"]), Self.fixed(other, ["seeds"]))
        var found: [(words: String, setting: String)] = []
        while found.count < 8, let (path, old, new) = PDEData.firstDifference(left, right), !path.isEmpty {
            found.append(
                (
                    "\(path) is \(brief(old)) there and \(brief(new)) here",
                    "\(path)=\(new?.serialized(pretty: false) ?? "null")"
                ))
            do {
                try left.set(path, to: .null)
                try right.set(path, to: .null)
            } catch { break }
        }
        return found
    }

    private static func fixed(_ experiment: Experiment, _ free: [String]) -> JSON {
        var json = (try? StrictEncoder().encode(experiment)) ?? .null
        for key in free { try? json.set(key, to: .null) }
        return json
    }

    private func firstDifference(
        from other: Experiment, leavingOut free: [String]
    ) -> (path: String, left: JSON?, right: JSON?)? {
        PDEData.firstDifference(Self.fixed(self, free), Self.fixed(other, free))
    }
}
