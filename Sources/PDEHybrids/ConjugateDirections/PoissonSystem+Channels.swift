import PDECore
import PDESolvers

extension PoissonSystem {
    /// The system as networks see it, [cells][2 × axes]: for each axis the coupling through a cell's lower and upper face, or −w where
    /// a value given beyond adds w to the diagonal, over the largest diagonal; without the shift.
    package func networkChannels() -> [Float] {
        let couplings = self.couplings
        let (solid, coefficients, shape) = (self.solid, self.coefficients, grid.shape)
        let axes = shape.count
        let largest = couplings.diagonal.reduce(0) { max($0, Double($1)) } - shift
        let scale = largest > 0 ? 1 / largest : 1
        var channels = [Float](repeating: 0, count: grid.count * 2 * axes)
        var stride = grid.count
        for axis in 0..<axes {
            let block = stride
            stride /= shape[axis]
            let square = grid.axes[axis].spacing * grid.axes[axis].spacing
            for cell in 0..<grid.count where solid[cell] == 0 {
                let index = cell % block / stride
                for isUpper in [false, true] {
                    let isAtSide = index == (isUpper ? shape[axis] - 1 : 0)
                    let beyond = isUpper ? cell + stride : cell - stride
                    let isHeld =
                        isAtSide
                        ? (isUpper ? sides.upper : sides.lower)[axis] == .value
                        : solid[beyond] != 0 && solidSurface == .value
                    let coupling = Double((isUpper ? couplings.upper : couplings.lower)[axis][cell])
                    let value = isHeld ? -2 * Double(coefficients[cell]) / square : coupling
                    channels[(cell * axes + axis) * 2 + (isUpper ? 1 : 0)] = Float(value * scale)
                }
            }
        }
        return channels
    }
}
