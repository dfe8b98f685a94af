import Glibc
import PDECore
import PDEGeometry

/// A velocity of long waves that vanishes across the sides of a box, drawn for a sample: the same function on every grid.
///
/// u = ∂ψ/∂y, v = −∂ψ/∂x with ψ = Σ a_mn sin(mπx/l) sin(nπy), m to 4 waves a height and n to 4, a_mn normal over the wavenumber,
/// scaled so that the root mean square of |(u, v)| is the size.
struct FlowPerturbation {
    private var waves: [(x: Double, y: Double, amplitude: Double)] = []

    private static let wavesPerHeight = 4

    /// A perturbation of a size in peak speeds in a box of a length in heights.
    init(size: Double, length: Double, from stream: RandomStream) {
        guard size > 0 else { return }
        var stream = stream
        for m in 1...max(1, Int(Double(Self.wavesPerHeight) * length)) {
            for n in 1...Self.wavesPerHeight {
                let (x, y) = (.pi * Double(m) / length, .pi * Double(n))
                waves.append((x, y, stream.normal() / (x * x + y * y).squareRoot()))
            }
        }
        // The mean of (∂ψ/∂x)² + (∂ψ/∂y)² is a quarter of Σ a²(k_x² + k_y²).
        let square = waves.reduce(0) { $0 + $1.amplitude * $1.amplitude * ($1.x * $1.x + $1.y * $1.y) } / 4
        for number in waves.indices { waves[number].amplitude *= size / square.squareRoot() }
    }

    /// The velocity at a point.
    func velocity(at point: Point2) -> Point2 {
        waves.reduce(.zero) { sum, wave in
            let (x, y) = (wave.x * point.x, wave.y * point.y)
            return sum
                + Point2(wave.amplitude * wave.y * sin(x) * cos(y), -wave.amplitude * wave.x * cos(x) * sin(y))
        }
    }
}
