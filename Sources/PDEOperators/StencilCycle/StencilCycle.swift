import PDECore
import PDETensor

/// See `StencilCycleArchitecture`.
public struct StencilCycle<Scalar: Real>: ResidualOperator {
    /// The most cells that are solved directly.
    static var mostBottomCells: Int { 64 }

    /// What says the factors of coarse couplings, and how far shares move.
    public private(set) var couplings, shares: LogarithmicPerceptron<Scalar>
    private let axes: Int

    init(_ architecture: StencilCycleArchitecture, axes: Int, _ initialization: Initialization) {
        self.axes = axes
        let (width, layers) = (architecture.width, architecture.layers)
        couplings = LogarithmicPerceptron(
            "couplings.", inputs: StencilFeatures.ofCoupling(axes: axes), width: width, layers: layers, initialization)
        shares = LogarithmicPerceptron(
            "shares.", inputs: StencilFeatures.ofShare, width: width, layers: layers, initialization)
    }

    /// See `FieldOperator`.
    public var inputChannels: Int { 1 + 2 * axes }
    /// See `FieldOperator`.
    public var outputChannels: Int { 1 }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        couplings.visitParameters(path + "couplings.", visit)
        shares.visitParameters(path + "shares.", visit)
    }

    /// See `ResidualOperator`; the levels are made once.
    public func prepared(for system: Tensor<Scalar>) -> (Tensor<Scalar>) -> Tensor<Scalar> {
        var grids = [StencilGrid(channels: system)]
        var transfers: [StencilTransfer<Scalar>] = []
        while grids.last!.shape.dropFirst().reduce(1, *) > Self.mostBottomCells {
            transfers.append(StencilTransfer(grids.last!, shares))
            grids.append(StencilCoarsening(fine: grids.last!, perceptron: couplings).coarse())
        }
        let bottom = StencilBottom(grids.last!)
        let sweeps = grids.dropLast().map {
            (red: $0.red * $0.inverse, black: $0.black * $0.inverse, fluid: $0.red * $0.fluid)
        }
        func cycle(_ number: Int, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
            guard number < transfers.count else { return bottom.solved(b) }
            let (grid, transfer, (red, black, fluid)) = (grids[number], transfers[number], sweeps[number])
            let start = b * red
            let relaxed = black * (b + grid.coupling(start))
            let e = cycle(number + 1, transfer.restricted(grid.red * grid.coupling(relaxed)))
            let corrected = start + fluid * transfer.prolonged(e)
            let again = black * (b + grid.coupling(corrected))
            return again + red * (b + grid.coupling(again))
        }
        return { cycle(0, $0) }
    }
}
