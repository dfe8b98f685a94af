import PDEConfig
import PDECore

/// Directly: the box by transforms, solids by a capacitance correction on up to `closedFaceLimit` faces that are not fully open
/// (`BoxPoisson`, `ObstaclePressure`), and by conjugate gradients beyond: with multigrid, or in a periodic box with the box as
/// preconditioner.
///
/// The correction keeps closedFaceLimit² numbers and multiplies with them once a solve: 23 MB, 0.5 ms a solve and 2 s to make
/// at 1720 faces of a 1024² grid in double precision.
public struct DirectPressure: PressureMethod {
    /// Its name.
    public static let kind = "direct"
    /// What else it is called.
    public static let aliases = ["capacitance", "fft", "transforms"]

    /// The most faces that are treated directly.
    public var closedFaceLimit: Int

    /// The method.
    public init(closedFaceLimit: Int = 3000) { self.closedFaceLimit = closedFaceLimit }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.closedFaceLimit, into: &closedFaceLimit, in: 0...20000)
    }

    /// See `PressureMethod`.
    public func summary(_ number: (Double) -> String) -> String { "direct" }

    /// See `PressureMethod`.
    public func makeSolver<Scalar: Real>(
        for openings: FaceOpenings, of scalar: Scalar.Type = Scalar.self
    ) -> any PressureSolver<Scalar> {
        let faces = SolidBoundary(openings).faces
        if faces.isEmpty, !openings.isSolid.contains(true) { return BoxPoisson<Scalar>(openings.grid) }
        if faces.count <= closedFaceLimit, let direct = try? ObstaclePressure<Scalar>(openings) { return direct }
        let sides = [openings.grid.left, openings.grid.bottom]
        return IterativePressure(preconditioner: sides.contains(.periodic) ? nil : .multigrid)
            .makeSolver(for: openings, of: scalar)
    }
}
