/// The classes by which the style sheet draws contestants: networks in colours, those of one group in the same; solvers and
/// baselines recede behind them.
struct ContestantStyle {
    private let classes: [String: String]

    init(_ contestants: [(name: String, kind: Contestant.Kind, group: String?)]) {
        var classes: [String: String] = [:]
        var known: [String] = []
        var counts: [Contestant.Kind: Int] = [:]
        for contestant in contestants {
            let place = counts[contestant.kind, default: 0]
            counts[contestant.kind] = place + 1
            switch contestant.kind {
            case .surrogate:
                let shared = contestant.group ?? contestant.name
                if !known.contains(shared) { known.append(shared) }
                classes[contestant.name] = "s\(known.firstIndex(of: shared)! % 7)"
            case .solver: classes[contestant.name] = "back r\(place % 4)"
            case .baseline: classes[contestant.name] = "back b\(place % 2)"
            }
        }
        self.classes = classes
    }

    init(_ evaluation: Evaluation) { self.init(evaluation.contestants.map { ($0.name, $0.kind, $0.group) }) }

    init(_ evaluation: SteadyEvaluation) { self.init(evaluation.contestants.map { ($0.name, $0.kind, $0.group) }) }

    /// The style sheet's variable that holds the colour.
    func variable(of name: String) -> String {
        let own = self[name]
        return own.hasPrefix("s") ? "--c\(own.dropFirst())" : "--c7"
    }

    subscript(name: String) -> String { classes[name] ?? "back" }
}
