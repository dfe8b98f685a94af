/// Which of some numbered things belong together: a forest in which every set is named by its smallest member.
///
/// Finding halves the paths that it walks (B. A. Galler & M. J. Fischer, Comm. ACM 7 (1964); R. E. Tarjan & J. van Leeuwen,
/// J. ACM 31 (1984)).
struct DisjointSets {
    private var parent: [Int]

    /// `count` sets of one member each.
    init(count: Int) { parent = Array(0..<count) }

    /// The smallest member of the set that holds `member`.
    mutating func first(of member: Int) -> Int {
        var member = member
        while parent[member] != member {
            parent[member] = parent[parent[member]]
            member = parent[member]
        }
        return member
    }

    /// Makes one set of the two that hold `a` and `b`.
    mutating func join(_ a: Int, _ b: Int) {
        let (a, b) = (first(of: a), first(of: b))
        parent[max(a, b)] = min(a, b)
    }
}
