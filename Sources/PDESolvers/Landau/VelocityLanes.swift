import PDECore

/// Eight velocities, or scores, side by side: the registers of the particle loops, in two and in three dimensions.
protocol VelocityLanes {
    static var dimensions: Int { get }
    static var zero: Self { get }
    /// 1 along an axis.
    static func unit(_ axis: Int) -> Self
    /// Eight neighbouring particles from [component][stride].
    init(_ memory: UnsafePointer<Double>, _ stride: Int, _ particle: Int)
    /// One particle, eight times.
    init(repeating memory: UnsafePointer<Double>, _ stride: Int, _ particle: Int)
    subscript(axis: Int) -> SIMD8<Double> { get }
    func dot(_ other: Self) -> SIMD8<Double>
    func store(_ memory: UnsafeMutablePointer<Double>, _ stride: Int, _ particle: Int)
    /// Adds the sum of the lanes to one particle.
    func addSum(to memory: UnsafeMutablePointer<Double>, _ stride: Int, _ particle: Int)
    static func + (a: Self, b: Self) -> Self
    static func - (a: Self, b: Self) -> Self
    static func * (a: SIMD8<Double>, b: Self) -> Self
}

struct PlaneLanes: VelocityLanes {
    var x, y: SIMD8<Double>

    @inline(__always) static var dimensions: Int { 2 }
    @inline(__always) static var zero: PlaneLanes { PlaneLanes(.zero, .zero) }

    @inline(__always)
    static func unit(_ axis: Int) -> PlaneLanes {
        PlaneLanes(SIMD8(repeating: axis == 0 ? 1 : 0), SIMD8(repeating: axis == 1 ? 1 : 0))
    }

    @inline(__always)
    init(_ x: SIMD8<Double>, _ y: SIMD8<Double>) { (self.x, self.y) = (x, y) }

    @inline(__always)
    init(_ memory: UnsafePointer<Double>, _ stride: Int, _ particle: Int) {
        self.init(eight(memory, particle), eight(memory, stride &+ particle))
    }

    @inline(__always)
    init(repeating memory: UnsafePointer<Double>, _ stride: Int, _ particle: Int) {
        self.init(SIMD8(repeating: memory[particle]), SIMD8(repeating: memory[stride &+ particle]))
    }

    @inline(__always)
    subscript(axis: Int) -> SIMD8<Double> { axis == 0 ? x : y }

    @inline(__always)
    func dot(_ other: PlaneLanes) -> SIMD8<Double> { x * other.x + y * other.y }

    @inline(__always)
    func store(_ memory: UnsafeMutablePointer<Double>, _ stride: Int, _ particle: Int) {
        storeEight(x, memory, particle)
        storeEight(y, memory, stride &+ particle)
    }

    @inline(__always)
    func addSum(to memory: UnsafeMutablePointer<Double>, _ stride: Int, _ particle: Int) {
        memory[particle] += x.sum()
        memory[stride &+ particle] += y.sum()
    }

    @inline(__always)
    static func + (a: PlaneLanes, b: PlaneLanes) -> PlaneLanes { PlaneLanes(a.x + b.x, a.y + b.y) }

    @inline(__always)
    static func - (a: PlaneLanes, b: PlaneLanes) -> PlaneLanes { PlaneLanes(a.x - b.x, a.y - b.y) }

    @inline(__always)
    static func * (a: SIMD8<Double>, b: PlaneLanes) -> PlaneLanes { PlaneLanes(a * b.x, a * b.y) }
}

struct SpaceLanes: VelocityLanes {
    var x, y, z: SIMD8<Double>

    @inline(__always) static var dimensions: Int { 3 }
    @inline(__always) static var zero: SpaceLanes { SpaceLanes(.zero, .zero, .zero) }

    @inline(__always)
    static func unit(_ axis: Int) -> SpaceLanes {
        SpaceLanes(
            SIMD8(repeating: axis == 0 ? 1 : 0), SIMD8(repeating: axis == 1 ? 1 : 0),
            SIMD8(repeating: axis == 2 ? 1 : 0))
    }

    @inline(__always)
    init(_ x: SIMD8<Double>, _ y: SIMD8<Double>, _ z: SIMD8<Double>) { (self.x, self.y, self.z) = (x, y, z) }

    @inline(__always)
    init(_ memory: UnsafePointer<Double>, _ stride: Int, _ particle: Int) {
        self.init(
            eight(memory, particle), eight(memory, stride &+ particle), eight(memory, 2 &* stride &+ particle))
    }

    @inline(__always)
    init(repeating memory: UnsafePointer<Double>, _ stride: Int, _ particle: Int) {
        self.init(
            SIMD8(repeating: memory[particle]), SIMD8(repeating: memory[stride &+ particle]),
            SIMD8(repeating: memory[2 &* stride &+ particle]))
    }

    @inline(__always)
    subscript(axis: Int) -> SIMD8<Double> { axis == 0 ? x : axis == 1 ? y : z }

    @inline(__always)
    func dot(_ other: SpaceLanes) -> SIMD8<Double> { x * other.x + y * other.y + z * other.z }

    @inline(__always)
    func store(_ memory: UnsafeMutablePointer<Double>, _ stride: Int, _ particle: Int) {
        storeEight(x, memory, particle)
        storeEight(y, memory, stride &+ particle)
        storeEight(z, memory, 2 &* stride &+ particle)
    }

    @inline(__always)
    func addSum(to memory: UnsafeMutablePointer<Double>, _ stride: Int, _ particle: Int) {
        memory[particle] += x.sum()
        memory[stride &+ particle] += y.sum()
        memory[2 &* stride &+ particle] += z.sum()
    }

    @inline(__always)
    static func + (a: SpaceLanes, b: SpaceLanes) -> SpaceLanes { SpaceLanes(a.x + b.x, a.y + b.y, a.z + b.z) }

    @inline(__always)
    static func - (a: SpaceLanes, b: SpaceLanes) -> SpaceLanes { SpaceLanes(a.x - b.x, a.y - b.y, a.z - b.z) }

    @inline(__always)
    static func * (a: SIMD8<Double>, b: SpaceLanes) -> SpaceLanes { SpaceLanes(a * b.x, a * b.y, a * b.z) }
}
