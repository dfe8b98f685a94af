import PDECore

/// What is given at the ends of an axis, and the polynomials that take it up: pᵢ satisfies condition i with 1 and the others with 0.
///
/// A function minus Σ pᵢ times what conditions say of it satisfies all of them with 0. With the functions of a prior this is the prior
/// of all functions with the same conditions whose polynomial part is not known at all.
package struct SideConditions {
    /// A derivative of order 0 or 1 at a place.
    struct Condition {
        let place: Double
        let order: Int
    }

    let conditions: [Condition]
    /// c₀, c₁, c₂ of each pᵢ.
    private let polynomials: [SIMD4<Double>]

    /// Conditions at 0 and at `length`; nil where nothing is given.
    package init(start: BoundaryCondition?, end: BoundaryCondition?, length l: Double) {
        func order(_ condition: BoundaryCondition) -> Int { condition == .value ? 0 : 1 }
        conditions = [
            start.map { Condition(place: 0, order: order($0)) }, end.map { Condition(place: l, order: order($0)) },
        ]
        .compactMap(\.self)
        polynomials =
            switch (start, end) {
            case (.value?, .value?): [SIMD4(1, -1 / l, 0, 0), SIMD4(0, 1 / l, 0, 0)]
            case (.value?, .slope?): [SIMD4(1, 0, 0, 0), SIMD4(0, 1, 0, 0)]
            case (.slope?, .value?): [SIMD4(-l, 1, 0, 0), SIMD4(1, 0, 0, 0)]
            case (.slope?, .slope?): [SIMD4(0, 1, -0.5 / l, 0), SIMD4(0, 0, 0.5 / l, 0)]
            case (.value?, nil), (nil, .value?): [SIMD4(1, 0, 0, 0)]
            case (.slope?, nil), (nil, .slope?): [SIMD4(0, 1, 0, 0)]
            case (nil, nil): []
            }
    }

    /// pᵢ or a derivative at a point.
    package func polynomial(_ i: Int, order: Int, at x: Double) -> Double {
        let c = polynomials[i]
        return switch order {
        case 0: c[0] + x * (c[1] + x * c[2])
        case 1: c[1] + 2 * x * c[2]
        default: 2 * c[2]
        }
    }

    /// The polynomials or a derivative, [point][condition].
    func polynomials(at points: [Double], order: Int) -> Matrix<Double> {
        Matrix(rows: points.count, columns: conditions.count) { polynomial($1, order: order, at: points[$0]) }
    }

    /// What the conditions say of features, [condition][feature].
    func conditions(of features: WaveFeatures) -> Matrix<Double> {
        let rows = conditions.flatMap { features.values(at: [$0.place], upTo: $0.order)[$0.order].storage }
        return Matrix(rows: conditions.count, columns: features.count, storage: rows)
    }

    /// Features and their derivatives to an order that satisfy the conditions with 0, each [point][feature].
    package func satisfied(by features: WaveFeatures, at points: [Double], upTo order: Int) -> [Matrix<Double>] {
        let given = conditions(of: features)
        var values = features.values(at: points, upTo: order)
        for n in 0...order { values[n].add(polynomials(at: points, order: n), given, times: -1) }
        return values
    }
}
