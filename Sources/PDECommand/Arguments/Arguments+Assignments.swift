import PDEConfig

extension Arguments {
    /// What `--set KEY=VALUE` says; an `example` of one is shown to who writes something else.
    package func assignments(example: String) throws -> [(key: String, value: JSON)] {
        try strings("set").map { assignment in
            guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
                throw wrongValue("set", expected: "KEY=VALUE such as \(example)", found: assignment)
            }
            let key = String(assignment[..<equals])
            let text = String(assignment[assignment.index(after: equals)...])
            return (key, .scalar(fromFlag: text, origin: .flag("--set \(key)")))
        }
    }
}
