import Glibc
import PDECore
import PDEEvaluation

/// What frames of a flow in a channel come to: the force on the bodies in it, how often they shed vortices, how far the velocity is from
/// free of divergence.
///
/// A network gives velocity and pressure and no force, so that the force is taken from the momentum in a box around the bodies:
/// F = −d/dt ∫ u dV − ∮ (u (u·n) + p n − ν (∇u + ∇uᵀ)·n) dS, from cell values averaged onto the box's faces, the same for the truth's
/// frames. Lengths are in channel heights, speeds in the inlet's peak, forces in units of density, speed squared and height, as in
/// `drag_1` of a dataset.
package struct FlowMeasure: FrameMeasure {
    /// Where velocity and pressure stand among a frame's channels: u, v, p.
    private let channels: [Int]
    /// Cells along x and y, and their side.
    private let columns, rows: Int
    private let side, viscosity, interval: Double
    /// Whether a cell, and all of its neighbours, are fluid.
    private let isInner: [Bool]
    private let bodies: Bodies?
    private var frames: [Momentum] = []
    private var divergences: [Double] = []

    /// The cells that a box around all bodies holds, and where their wake is looked at.
    private struct Bodies {
        let columns, rows: Range<Int>
        let height: Double
        let probe: Int
    }

    /// What is kept of a frame: momentum in the box, what leaves it in a unit of time, and the transverse velocity in the wake.
    private struct Momentum {
        var inside = (x: 0.0, y: 0.0), leaving = (x: 0.0, y: 0.0)
        var transverse = 0.0
    }

    /// Cells between the bodies and the box around them: beyond what bodies that cut cells disturb.
    private static let margin = 3
    /// The share of the transverse velocity's variance that one frequency must explain to be one.
    private static let leastShare = 0.25

    /// The channels of a flow.
    package static let flowChannels = ["velocity_x", "velocity_y", "pressure"]

    package let names = ["mean drag", "lift, root mean square", "Strouhal number", "divergence"]

    /// A measure of flows past given bodies; nil for channels that are not those of a flow.
    ///
    /// - Parameters:
    ///   - channels: the names of a frame's channels.
    ///   - grid: cells of a channel or a cavity, x first, square.
    ///   - mask: 1 in solid cells.
    ///   - reynolds: height times peak speed over viscosity.
    ///   - interval: the time between two frames.
    package init?(_ channels: [String], on grid: Grid, mask: [Float], reynolds: Double, interval: Double) {
        self.channels = Self.flowChannels.compactMap(channels.firstIndex)
        guard self.channels.count == Self.flowChannels.count else { return nil }
        (columns, rows) = (grid.shape[0], grid.shape[1])
        (side, viscosity, self.interval) = (grid.axes[1].spacing, 1 / reynolds, interval)
        let (columns, rows) = (columns, rows)
        func isFluid(_ i: Int, _ j: Int) -> Bool { mask[i * rows + j] == 0 }
        var inner = [Bool](repeating: false, count: columns * rows)
        for i in 1..<columns - 1 {
            for j in 1..<rows - 1 {
                inner[i * rows + j] =
                    isFluid(i, j) && isFluid(i - 1, j) && isFluid(i + 1, j) && isFluid(i, j - 1) && isFluid(i, j + 1)
            }
        }
        isInner = inner
        bodies = Self.bodies(mask, columns, rows, side)
    }

    /// The box; nil without bodies, or where they are too close to a side for a box between.
    private static func bodies(_ mask: [Float], _ columns: Int, _ rows: Int, _ side: Double) -> Bodies? {
        let solid = mask.indices.filter { mask[$0] != 0 }
        guard let first = solid.first, let last = solid.last else { return nil }
        let (left, right) = (first / rows, last / rows)
        let heights = solid.map { $0 % rows }
        let (low, high) = (heights.min()!, heights.max()!)
        guard left > margin, right + margin < columns - 1, low > margin, high + margin < rows - 1 else { return nil }
        let height = Double(high - low + 1) * side
        let behind = min(right + (high - low + 1), columns - 2)
        return Bodies(
            columns: left - margin..<right + margin + 1, rows: low - margin..<high + margin + 1, height: height,
            probe: behind * rows + (low + high) / 2)
    }

    package mutating func add(_ frame: UnsafePointer<Float>) {
        let parts = channels.map { frame + $0 * columns * rows }
        let flow = FlowFrame(u: parts[0], v: parts[1], pressure: parts[2], columns: columns, rows: rows)
        divergences.append(flow.divergence(at: isInner) / side)
        guard let bodies else { return }
        var momentum = Momentum()
        momentum.transverse = Double(flow.v[bodies.probe])
        for i in bodies.columns {
            for j in bodies.rows {
                momentum.inside.x += Double(flow.u[i * rows + j]) * side * side
                momentum.inside.y += Double(flow.v[i * rows + j]) * side * side
            }
        }
        func leave(_ flux: (along: Double, across: Double), _ sign: Double, isAlongX: Bool) {
            momentum.leaving.x += sign * side * (isAlongX ? flux.along : flux.across)
            momentum.leaving.y += sign * side * (isAlongX ? flux.across : flux.along)
        }
        for j in bodies.rows {
            for (i, sign) in [(bodies.columns.lowerBound - 1, -1.0), (bodies.columns.upperBound - 1, 1)] {
                let flux = flow.flux(
                    from: i * rows + j, along: rows, across: 1, flow.u, flow.v, viscosity: viscosity / side)
                leave(flux, sign, isAlongX: true)
            }
        }
        for i in bodies.columns {
            for (j, sign) in [(bodies.rows.lowerBound - 1, -1.0), (bodies.rows.upperBound - 1, 1)] {
                let flux = flow.flux(
                    from: i * rows + j, along: 1, across: rows, flow.v, flow.u, viscosity: viscosity / side)
                leave(flux, sign, isAlongX: false)
            }
        }
        frames.append(momentum)
    }

    /// Drag and root mean square of the lift, the Strouhal number (frequency times the bodies' height over the peak speed), and the mean over
    /// frames of the divergence's root mean square in cells whose neighbours are fluid.
    package var marks: [Double?] {
        guard let bodies, frames.count > 1 else { return [nil, nil, nil, divergence] }
        // The forces between each two frames, by the trapezoidal rule: their mean over time is free of the rule's error in d/dt.
        let forces = zip(frames, frames.dropFirst()).map { before, after in
            (
                x: -(before.leaving.x + after.leaving.x) / 2 - (after.inside.x - before.inside.x) / interval,
                y: -(before.leaving.y + after.leaving.y) / 2 - (after.inside.y - before.inside.y) / interval
            )
        }
        let count = Double(forces.count)
        let drag = forces.reduce(0) { $0 + $1.x } / count
        let lift = (forces.reduce(0) { $0 + $1.y * $1.y } / count).squareRoot()
        let frequency = Frequency.strongest(
            in: frames.map(\.transverse), interval: interval, leastShare: Self.leastShare)
        return [drag, lift, frequency.map { $0 * bodies.height }, divergence]
    }

    private var divergence: Double? {
        divergences.isEmpty ? nil : divergences.reduce(0, +) / Double(divergences.count)
    }
}

/// Velocity and pressure of a frame, in cells [x][y].
private struct FlowFrame {
    let u, v, pressure: UnsafePointer<Float>
    let columns, rows: Int

    /// The momentum that leaves through the face between a cell and the next along an axis, over the face's area.
    ///
    /// - Parameters:
    ///   - along: the distance in memory to the next cell along the axis, `across` to that along the other one.
    ///   - normal: the velocity along the axis; `tangential` the other one.
    ///   - viscosity: ν over the side of a cell.
    func flux(
        from cell: Int, along: Int, across: Int, _ normal: UnsafePointer<Float>, _ tangential: UnsafePointer<Float>,
        viscosity: Double
    ) -> (along: Double, across: Double) {
        func mean(_ values: UnsafePointer<Float>) -> Double {
            0.5 * (Double(values[cell]) + Double(values[cell + along]))
        }
        func difference(_ values: UnsafePointer<Float>) -> Double {
            Double(values[cell + along]) - Double(values[cell])
        }
        let (speed, slip) = (mean(normal), mean(tangential))
        let shear =
            0.25
            * [cell, cell + along].reduce(0) { sum, here in
                sum + Double(normal[here + across]) - Double(normal[here - across])
            }
        return (
            speed * speed + mean(pressure) - 2 * viscosity * difference(normal),
            speed * slip - viscosity * (difference(tangential) + shear)
        )
    }

    /// The root mean square, over chosen cells, of the velocity's central differences added up, times the side of a cell.
    func divergence(at isChosen: [Bool]) -> Double {
        var (sum, count) = (0.0, 0)
        for i in 1..<columns - 1 {
            for j in 1..<rows - 1 where isChosen[i * rows + j] {
                let cell = i * rows + j
                let value =
                    0.5 * (Double(u[cell + rows]) - Double(u[cell - rows]) + Double(v[cell + 1]) - Double(v[cell - 1]))
                sum += value * value
                count += 1
            }
        }
        return count > 0 ? (sum / Double(count)).squareRoot() : 0
    }
}
