import PDECore

/// A multigrid cycle in single precision, on padded fields.
protocol SingleCycle: AnyObject, Sendable {
    /// Takes over the system's shift.
    func follow(shift: Double)

    /// u ≈ A⁻¹b, up to a factor that depends on the system only.
    ///
    /// - Parameter sums: where each plane's b·u goes.
    func apply(
        _ b: UnsafePointer<Float>, into u: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Double>)

    /// Forgets everything, so that no NaN stays behind.
    func clear()
}

extension ThreadTeam {
    /// Calls `body` with every item and the worker that takes it; one item stays with the caller.
    func run(_ items: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
        if items == 1 { body(0, 0) } else { forEach(0..<items, body) }
    }
}
