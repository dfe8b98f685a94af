import PDECore

/// Eight velocities, or scores, side by side: the registers of the particle loops. Loops are compiled for each number of
/// dimensions, so that those over components leave nothing behind.
struct VelocityLanes<let dimensions: Int> {
    private var parts: InlineArray<dimensions, SIMD8<Double>>

    @inline(__always) static var zero: VelocityLanes { VelocityLanes { _ in .zero } }

    /// From a formula for each component.
    @inline(__always)
    init(_ part: (Int) -> SIMD8<Double>) {
        parts = InlineArray(repeating: .zero)
        for axis in 0..<dimensions { parts[unchecked: axis] = part(axis) }
    }

    /// Eight neighbouring particles from [component][stride].
    @inline(__always)
    init(_ memory: UnsafePointer<Double>, _ stride: Int, _ particle: Int) {
        self.init { eight(memory, $0 &* stride &+ particle) }
    }

    /// One particle, eight times.
    @inline(__always)
    init(repeating memory: UnsafePointer<Double>, _ stride: Int, _ particle: Int) {
        self.init { SIMD8(repeating: memory[$0 &* stride &+ particle]) }
    }

    @inline(__always)
    subscript(axis: Int) -> SIMD8<Double> { parts[unchecked: axis] }

    @inline(__always)
    func dot(_ other: VelocityLanes) -> SIMD8<Double> {
        var sum = self[0] * other[0]
        for axis in 1..<dimensions { sum += self[axis] * other[axis] }
        return sum
    }

    /// Adds the sum of the lanes to one particle.
    @inline(__always)
    func addSum(to memory: UnsafeMutablePointer<Double>, _ stride: Int, _ particle: Int) {
        for axis in 0..<dimensions { memory[axis &* stride &+ particle] += self[axis].sum() }
    }

    @inline(__always)
    static func + (a: VelocityLanes, b: VelocityLanes) -> VelocityLanes { VelocityLanes { a[$0] + b[$0] } }

    @inline(__always)
    static func - (a: VelocityLanes, b: VelocityLanes) -> VelocityLanes { VelocityLanes { a[$0] - b[$0] } }

    @inline(__always)
    static func * (a: SIMD8<Double>, b: VelocityLanes) -> VelocityLanes { VelocityLanes { a * b[$0] } }
}

/// A loop over particles that is compiled for each number of dimensions.
protocol VelocityLoop {
    associatedtype Result
    func run<let d: Int>(_ lanes: VelocityLanes<d>.Type) -> Result
}

extension VelocityLoop {
    /// Runs the loop of a number of dimensions, 2 to 10.
    func run(dimensions: Int) -> Result {
        switch dimensions {
        case 2: run(VelocityLanes<2>.self)
        case 3: run(VelocityLanes<3>.self)
        case 4: run(VelocityLanes<4>.self)
        case 5: run(VelocityLanes<5>.self)
        case 6: run(VelocityLanes<6>.self)
        case 7: run(VelocityLanes<7>.self)
        case 8: run(VelocityLanes<8>.self)
        case 9: run(VelocityLanes<9>.self)
        case 10: run(VelocityLanes<10>.self)
        default: preconditionFailure("dimensions: expected 2 to 10, got \(dimensions)")
        }
    }
}
