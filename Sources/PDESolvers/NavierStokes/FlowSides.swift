import PDECore

/// The sides of the box: what is given on them, and the ghosts beyond.
struct FlowSides<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    let layout: StaggeredLayout
    let family: FlowFamily
    private let lid: Scalar
    /// The velocity in the faces of the inlet, 0 in closed ones.
    let inlet: [Scalar]
    /// Offsets of closed faces inside the box.
    private let closedX, closedY: [Int]
    /// The open shares of the faces of the outlet, and the flux that enters divided by their sum.
    private let outletShares: [Scalar]
    private let meanOutflow: Scalar

    init(_ apertures: Apertures, _ fluid: FlowConstants) {
        let layout = apertures.layout
        let (nx, ny) = (layout.columns, layout.rows)
        self.layout = layout
        family = fluid.family
        lid = Scalar(fluid.lidSpeed)
        var inlet = [Double](repeating: 0, count: ny)
        if case .channel(let profile, _) = fluid.family {
            for j in 0..<ny where apertures.x[layout.offset(0, j)] > 0 {
                inlet[j] = fluid.speed * profile.value(at: (Double(j) + 0.5) / Double(ny))
            }
        }
        self.inlet = inlet.map { Scalar($0) }
        func closed(_ shares: [Double], _ faces: (x: Range<Int>, y: Range<Int>)) -> [Int] {
            faces.y.flatMap { j in faces.x.map { layout.offset($0, j) } }.filter { shares[$0] == 0 }
        }
        closedX = closed(apertures.x, fluid.movingFaces(.x, layout))
        closedY = closed(apertures.y, fluid.movingFaces(.y, layout))
        let shares = (0..<ny).map { apertures.x[layout.offset(nx, $0)] }
        outletShares = shares.map { Scalar($0) }
        let flux = (0..<ny).reduce(0) { $0 + inlet[$1] * apertures.x[layout.offset(0, $1)] }
        meanOutflow = Scalar(flux / max(1e-300, shares.reduce(0, +)))
    }

    /// The mean speed through the outlet.
    var outletSpeed: Scalar { meanOutflow }

    /// Sets the velocities that are given: on inlet, walls and closed faces.
    func impose(_ u: Pointer, _ v: Pointer) {
        let (nx, ny) = (layout.columns, layout.rows)
        closedX.withUnsafeBufferPointer { for k in 0..<$0.count { u[$0[k]] = 0 } }
        closedY.withUnsafeBufferPointer { for k in 0..<$0.count { v[$0[k]] = 0 } }
        guard family != .periodic else { return }
        (v + layout.offset(0, 0)).update(repeating: 0, count: nx)
        (v + layout.offset(0, ny)).update(repeating: 0, count: nx)
        inlet.withUnsafeBufferPointer { for j in 0..<ny { u[layout.offset(0, j)] = $0[j] } }
        if family == .cavity { for j in 0..<ny { u[layout.offset(nx, j)] = 0 } }
    }

    /// Sets to 0 what cannot change: the rates of velocities that are given.
    func imposeNoChange(_ u: Pointer, _ v: Pointer) {
        impose(u, v)
        for j in 0..<layout.rows where family.isChannel { u[layout.offset(0, j)] = 0 }
    }

    /// Shifts the velocity in a convective outlet so that as much leaves as enters.
    func balanceOutlet(_ u: Pointer) {
        guard family.isChannel, !family.hasPressureOutlet else { return }
        let (nx, ny) = (layout.columns, layout.rows)
        outletShares.withUnsafeBufferPointer { shares in
            var (flux, width): (Scalar, Scalar) = (0, 0)
            for j in 0..<ny {
                flux += shares[j] * u[layout.offset(nx, j)]
                width += shares[j]
            }
            let lack = meanOutflow - flux / width
            for j in 0..<ny where shares[j] > 0 { u[layout.offset(nx, j)] += lack }
        }
    }

    /// Fills two ghosts beyond every side, and what lies further right with zeros.
    ///
    /// Beyond walls the velocity along them follows the parabola through the wall's and two of the fluid's, which keeps plane
    /// channel flow as it is; the velocity across is mirrored with the other sign. Beyond the inlet u goes on in a straight
    /// line and v is as beyond a wall. Beyond the outlet u goes on in a straight line and v as it is, but fluid that comes
    /// back in brings no momentum along.
    func fillGhosts(_ u: Pointer, _ v: Pointer) {
        let (nx, ny) = (layout.columns, layout.rows)
        let third = Scalar(1) / 3
        let rest = layout.stride &- 8 &- nx &- 3
        for j in 0...ny {
            let (a, b) = (u + layout.offset(0, j), v + layout.offset(0, j))
            (a + (nx &+ 3)).update(repeating: 0, count: rest)
            (b + (nx &+ 2)).update(repeating: 0, count: rest &+ 1)
            switch family {
            case .periodic:
                a[-1] = a[nx &- 1]
                a[-2] = a[nx &- 2]
                b[-1] = b[nx &- 1]
                b[-2] = b[nx &- 2]
                for ghost in 0...2 {
                    a[nx &+ ghost] = a[ghost]
                    b[nx &+ ghost] = b[ghost]
                }
            case .cavity:
                a[-1] = -a[1]
                a[-2] = -a[2]
                a[nx &+ 1] = -a[nx &- 1]
                a[nx &+ 2] = -a[nx &- 2]
                b[-1] = third * b[1] - 2 * b[0]
                b[-2] = 2 * b[1] - 9 * b[0]
                b[nx] = third * b[nx &- 2] - 2 * b[nx &- 1]
                b[nx &+ 1] = 2 * b[nx &- 2] - 9 * b[nx &- 1]
            case .channel:
                a[-1] = 2 * a[0] - a[1]
                a[-2] = 2 * a[0] - a[2]
                b[-1] = third * b[1] - 2 * b[0]
                b[-2] = 2 * b[1] - 9 * b[0]
                let leaves = a[nx] >= 0
                a[nx &+ 1] = leaves ? 2 * a[nx] - a[nx &- 1] : 0
                a[nx &+ 2] = leaves ? 2 * a[nx] - a[nx &- 2] : 0
                // Between the last faces across y lies the outlet's face above and that below.
                let enters = a[nx] + (a - layout.stride)[nx] < 0
                b[nx] = enters ? -b[nx &- 1] : b[nx &- 1]
                b[nx &+ 1] = enters ? -b[nx &- 2] : b[nx &- 2]
            }
        }
        fillRows(u, v)
    }

    private func fillRows(_ u: Pointer, _ v: Pointer) {
        let (ny, s) = (layout.rows, layout.stride)
        func row(_ field: Pointer, _ j: Int) -> Pointer { field + layout.offset(-8, j) }
        if family == .periodic {
            for ghost in 1...2 {
                row(u, -ghost).update(from: row(u, ny &- ghost), count: s)
                row(v, -ghost).update(from: row(v, ny &- ghost), count: s)
            }
            for ghost in 0...2 {
                row(u, ny &+ ghost).update(from: row(u, ghost), count: s)
                row(v, ny &+ ghost).update(from: row(v, ghost), count: s)
            }
            return
        }
        // The parabola through the wall's velocity and two of the fluid's, at half a cell and one and a half beyond.
        let third = Scalar(1) / 3
        let (near, far) = (8 * third * lid, 8 * lid)
        let (low, lower, lowest) = (row(u, -1), row(u, -2), row(u, 0))
        let (high, higher, highest) = (row(u, ny), row(u, ny &+ 1), row(u, ny &- 1))
        let (second, last) = (row(u, 1), row(u, ny &- 2))
        for i in 0..<s {
            low[i] = third * second[i] - 2 * lowest[i]
            lower[i] = 2 * second[i] - 9 * lowest[i]
            high[i] = near + third * last[i] - 2 * highest[i]
            higher[i] = far + 2 * last[i] - 9 * highest[i]
        }
        for ghost in 1...2 {
            let (beneath, first) = (row(v, -ghost), row(v, ghost))
            let (beyond, end) = (row(v, ny &+ ghost), row(v, ny &- ghost))
            for i in 0..<s {
                beneath[i] = -first[i]
                beyond[i] = -end[i]
            }
        }
    }

    /// Fills the pressure's ghosts, of which gradients in the sides' faces are made.
    func fillPressureGhosts(_ p: Pointer) {
        let (nx, ny) = (layout.columns, layout.rows)
        let isPeriodic = family == .periodic
        let sign: Scalar = family.hasPressureOutlet ? -1 : 1
        for j in 0..<ny {
            let row = p + layout.offset(0, j)
            row[-1] = isPeriodic ? row[nx &- 1] : row[0]
            row[nx] = isPeriodic ? row[0] : sign * row[nx &- 1]
        }
        let (first, last) = (p + layout.offset(0, 0), p + layout.offset(0, ny &- 1))
        (p + layout.offset(0, -1)).update(from: isPeriodic ? last : first, count: nx)
        (p + layout.offset(0, ny)).update(from: isPeriodic ? first : last, count: nx)
    }
}
