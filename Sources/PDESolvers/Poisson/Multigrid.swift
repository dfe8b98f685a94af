import PDECore

/// A multigrid V-cycle from zero in single precision: the preconditioner of `ConjugateGradients` for large systems.
///
/// Matrix-free, with one red-black Gauss–Seidel step before and one black-red step after the coarse correction, linear
/// interpolation, its transpose as restriction, and cells of twice the width down to at most 64 cells, which a dense
/// pseudo-inverse solves (A. Brandt, "Multi-level adaptive solutions to boundary-value problems", Math. Comp. 31 (1977);
/// O. Tatebe, "The multigrid preconditioned conjugate gradient method", 1993). Solids are masks on every level; see
/// `MultigridLevel`, `SolidExtension` and `MultigridSweep`. Where the coefficient is variable or faces are open in part interpolation
/// follows the couplings (`MultigridSweep+Shares`). Coarse couplings and interpolation may be learned (`LearnedCoarsening`).
///
/// - Behaviour: to a relative residual of 1e-6 conjugate gradients take 7 iterations on open squares from 64² to 2048² cells
///   and 8 on cubes; with three solid blocks 8 to 9 on both. Other numbers of cells take up to 10. Solids that hold the
///   value 0 take 10 to 13. `DarcyFlow` says what jumps of a coefficient take.
/// - Signs of failure: many iterations, where cells are much longer than wide, coefficients jump without order, walls are thin or
///   solid cells scattered: what wide cells do not resolve. `AlgebraicMultigrid` is for these.
final class Multigrid: SingleCycle, @unchecked Sendable {
    let levels: [MultigridLevel]
    private let bottom: MultigridBottom
    private let shifts: MultigridShift
    private let sweeps: [MultigridSweep]
    private let team: ThreadTeam
    private let signs: [Float]

    init<Scalar: Real>(_ system: PoissonSystem<Scalar>, learned: LearnedCoarsening? = nil, team: ThreadTeam) {
        self.team = team
        let isShared = !system.isVariable && learned == nil
        let hasShares = !isShared || system.hasCutFaces
        let extends = system.hasSolid && system.solidSurface == .flux && learned == nil
        signs = StencilAssembly<Scalar>.ordered(system.sides).map { $0 == .value ? -1 : 1 }
        let holds = [signs[1] < 0, signs[3] < 0, signs[5] < 0]
        let scale = MultigridLevel.scale(system.table)
        var table = MultigridLevel.finest(system.table, scale: scale)
        var levels = [MultigridLevel(table, extends: false, hasFields: false)]
        var held = isShared ? nil : HeldWeights.of(system.table, scale: scale)
        while levels.last!.layout.cells > 64 {
            let fine = table
            table = MultigridLevel.coarsened(fine, isShared: isShared, holds: holds, held: &held)
            if let learned {
                levels.last!.shares = LearnedShares(fine, learned.shares)
                LearnedCouplings(fine, learned.couplings).multiply(table)
            }
            levels.append(MultigridLevel(table, extends: extends, hasFields: true))
        }
        self.levels = levels
        bottom = MultigridBottom(levels.last!.table, held: held)
        shifts = MultigridShift(scale: Double(scale), isFloating: !system.regions.isEmpty)
        sweeps = (0..<team.count).map { _ in MultigridSweep(levels[0].layout, hasShares: hasShares) }
        follow(shift: system.shift)
    }

    /// Takes over the system's shift on every level; allocates the first time only.
    func follow(shift: Double) { shifts.follow(shift, levels, bottom) }

    /// Planes' partial sums of b·u.
    var planes: Int { levels[0].layout.planes }

    /// u ≈ A⁻¹b, up to a factor that depends on the system only.
    ///
    /// - Parameter sums: where each plane's b·u goes.
    func apply(
        _ b: UnsafePointer<Float>, into u: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Double>
    ) {
        if levels.count == 1 {
            bottom.solve(b, into: u)
            bottom.products(b, u, into: sums)
            return
        }
        cycle(0, b, u, sums)
    }

    /// Forgets everything, so that no NaN stays behind.
    func clear() {
        for sweep in sweeps { sweep.clear() }
        for level in levels {
            level.rightHandSide.clear()
            level.correction.clear()
        }
    }

    private func cycle(
        _ number: Int, _ b: UnsafePointer<Float>, _ u: UnsafeMutablePointer<Float>,
        _ sums: UnsafeMutablePointer<Double>?
    ) {
        let (fine, coarse) = (levels[number], levels[number + 1])
        let (f, e) = (coarse.rightHandSide.pointer, coarse.correction.pointer)
        let (slab, slabs) = (fine.layout.slab, fine.layout.slabs)
        team.run(slabs) { item, worker in
            let from = item * (slab + 1) / 2
            let to = min(coarse.layout.planes, item + 1 == slabs ? coarse.layout.planes : (item + 1) * (slab + 1) / 2)
            if from < to {
                self.sweeps[worker].down(
                    fine, b, signs: self.signs, coarse: coarse.layout, into: f, planes: from..<to)
            }
        }
        coarse.continuation.fold(f)
        if number + 2 == levels.count { bottom.solve(f, into: e) } else { cycle(number + 1, f, e, nil) }
        coarse.continuation.extend(e)
        team.run(slabs) { item, worker in
            self.sweeps[worker].up(
                fine, b, signs: self.signs, coarse: coarse.layout, e, into: u, planes: fine.layout.planes(of: item),
                sums: sums)
        }
    }
}
