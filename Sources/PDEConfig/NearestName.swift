/// The candidate that was probably meant by a word that is none of them, or nil if none is near.
///
/// Case, hyphens and underscores do not count. A candidate is near if few insertions, deletions, substitutions and swaps
/// of neighbours separate it from the word (Damerau and Levenshtein; at most 1 for words up to 4 letters, 2 up to 8, then
/// 3), or if one begins with the other. Among equals the first candidate wins. A word far longer than any name is near to none.
public func nearest(_ word: String, among candidates: [String]) -> String? {
    guard !word.isEmpty, word.utf8.count <= 200 else { return nil }
    let word = folded(word)
    guard !word.isEmpty else { return nil }
    let cutOff = word.count <= 4 ? 1 : word.count <= 8 ? 2 : 3
    let ranked = candidates.map { (name: $0, distance: editDistance(word, folded($0))) }
    if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= min(cutOff, word.count - 1) {
        return best.name
    }
    return candidates.filter { candidate in
        let candidate = folded(candidate)
        return word.count >= 2 && candidate.starts(with: word) || candidate.count >= 3 && word.starts(with: candidate)
    }.min { $0.count < $1.count }
}

private func folded(_ word: String) -> [Character] {
    word.lowercased().filter { $0 != "-" && $0 != "_" }
}

/// Optimal string alignment distance: edits and swaps of neighbours, no part edited twice.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
            row.append(cost)
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
