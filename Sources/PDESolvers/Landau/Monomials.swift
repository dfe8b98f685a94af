/// All monomials of some variables up to a degree, ordered by degree.
struct Monomials {
    /// The powers of each variable.
    let exponents: [[Int]]
    /// Each monomial but the first is an earlier one times a variable.
    let parents, variables: [Int]
    private let indices: [[Int]: Int]

    init(dimensions: Int, degree: Int) {
        var exponents = [[Int](repeating: 0, count: dimensions)]
        var (parents, variables) = ([0], [0])
        var indices = [exponents[0]: 0]
        var next = 0
        while next < exponents.count {
            if exponents[next].reduce(0, +) < degree {
                for variable in 0..<dimensions {
                    var raised = exponents[next]
                    raised[variable] += 1
                    guard indices[raised] == nil else { continue }
                    indices[raised] = exponents.count
                    exponents.append(raised)
                    parents.append(next)
                    variables.append(variable)
                }
            }
            next += 1
        }
        (self.exponents, self.parents, self.variables, self.indices) = (exponents, parents, variables, indices)
    }

    var count: Int { exponents.count }

    /// How many have at most a degree: they come first.
    func count(degree: Int) -> Int { exponents.count { $0.reduce(0, +) <= degree } }

    /// The place of a product.
    func product(_ a: Int, _ b: Int) -> Int { indices[zip(exponents[a], exponents[b]).map { $0 + $1 }]! }

    /// The place of a monomial whose power of a variable is one less; nil if it has none.
    func lowered(_ monomial: Int, _ variable: Int) -> Int? {
        var lower = exponents[monomial]
        lower[variable] -= 1
        return indices[lower]
    }
}
