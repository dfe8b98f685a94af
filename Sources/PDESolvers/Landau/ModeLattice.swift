/// The wavevectors of a grid with the same number of points along every axis, in the order of `RealFourierTransform`.
struct ModeLattice {
    let points: Int
    let dimensions: Int
    let keptModes: Int

    /// Shows each mode's offset and whole-numbered wavevector.
    func forEach(_ body: (_ mode: Int, _ wave: [Int]) -> Void) {
        let rows = (1..<dimensions).reduce(1) { product, _ in product * points }
        var wave = [Int](repeating: 0, count: dimensions)
        for row in 0..<rows {
            var rest = row
            for axis in stride(from: dimensions - 2, through: 0, by: -1) {
                let place = rest % points
                wave[axis] = place <= points / 2 ? place : place - points
                rest /= points
            }
            for last in 0..<keptModes {
                wave[dimensions - 1] = last
                body(row * keptModes + last, wave)
            }
        }
    }
}
