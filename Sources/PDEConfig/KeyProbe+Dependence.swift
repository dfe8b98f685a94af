/// What a key takes may depend on other keys, as points that are stored on points that are solved: such numbers are no facts of the key.
extension KeyProbe {
    /// The document with every number twice as large and every free text another, where that is accepted.
    func varied(_ document: JSON) -> JSON {
        var varied = document
        for (path, value) in leaves(document) {
            let other: JSON? =
                if let number = value.double {
                    number == number.rounded() && abs(number) < 1e15 ? .number(2 * Int(number)) : .number(2 * number)
                } else { value.string.map { .string($0 + "-2") } }
            var next = varied
            guard let other, (try? next.set(path, to: other)) != nil, refusal(of: next) == nil else { continue }
            varied = next
        }
        return varied
    }

    /// Puts other keys' names where the entry says what is so in this document only, as one in which they have other values tells.
    func generalize(_ entry: inout KeyEntry, _ document: JSON, _ varied: JSON) {
        let other = facts(entry.name, at: entry.path, in: varied)
        guard other.ranges != entry.ranges || other.standard != entry.standard else { return }
        let values = Dictionary(leaves(varied)) { $1 }
        let parent = entry.path.split(separator: ".").dropLast().joined(separator: ".")
        let changed = leaves(document).filter { $0.path != entry.path && values[$0.path] != $0.value }.sorted { a, b in
            (a.path.hasPrefix(parent) ? 0 : 1, a.path.count) < (b.path.hasPrefix(parent) ? 0 : 1, b.path.count)
        }
        /// The key that has one value here and the other there.
        func key(_ here: (JSON) -> Bool, _ there: (JSON) -> Bool) -> String? {
            changed.first { here($0.value) && values[$0.path].map(there) == true }?.path
        }
        if other.ranges.count == entry.ranges.count {
            entry.ranges = zip(entry.ranges, other.ranges).map { range, otherRange in
                let (words, others) = (range.split(separator: " "), otherRange.split(separator: " "))
                guard words.count == others.count else { return range }
                var told: [String] = []
                for (word, otherWord) in zip(words, others) {
                    if word == otherWord {
                        told.append(String(word))
                    } else if let path = key({ $0.written == word }, { $0.written == otherWord }) {
                        // "the width 32" says already which key it is.
                        if told.last != path.split(separator: ".").last.map(String.init) { told.append(path) }
                    } else {
                        // Several keys make it: what stands before their part.
                        var shared = String(zip(word, otherWord).prefix { $0 == $1 }.map(\.0))
                        while shared.last?.isNumber == true { shared.removeLast() }
                        told.append(shared.hasSuffix("…") ? shared : shared + "…")
                    }
                }
                return told.joined(separator: " ")
            }
        }
        if let standard = entry.standard, let otherStandard = other.standard, standard != otherStandard,
            standard.members == nil
        {
            entry.follows = key({ $0 == standard }, { $0 == otherStandard }) ?? ""
            entry.standard = nil
        }
    }

    /// The values of all keys, defaults too, without those in lists.
    private func leaves(_ document: JSON) -> [(path: String, value: JSON)] {
        guard case .success(let root) = decoded(document), let whole = try? StrictEncoder().encode(root) else {
            return []
        }
        return whole.leaves("")
    }
}

extension JSON {
    fileprivate func leaves(_ path: String) -> [(path: String, value: JSON)] {
        guard let members else { return array == nil ? [(path, self)] : [] }
        return members.flatMap { $0.value.leaves(path.isEmpty ? $0.name : "\(path).\($0.name)") }
    }
}
