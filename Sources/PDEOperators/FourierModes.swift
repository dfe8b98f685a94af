import PDEConfig

/// Fourier modes along the axes of a grid, one number for all of them or one for each: a key of several networks.
enum FourierModes {
    /// The key's value.
    /// - Throws: `ConfigurationError` where it is no positive number, nor one for each of one to three axes.
    static func decode<Keys: CodingKey>(
        from container: KeyedDecodingContainer<Keys>, forKey key: Keys
    ) throws -> [Int] {
        let isList = try container.decode(JSON.self, forKey: key).array != nil
        let modes =
            isList ? try container.decode([Int].self, forKey: key) : [try container.decode(Int.self, forKey: key)]
        guard (1...3).contains(modes.count), modes.allSatisfy({ $0 >= 1 }) else {
            throw ConfigurationError.invalid(path: key.stringValue, allowed: "a positive number, or one for each axis")
        }
        return modes
    }

    /// The number along each of so many axes.
    static func along(axes: Int, _ modes: [Int]) -> [Int] {
        modes.count == 1 ? Array(repeating: modes[0], count: axes) : modes
    }

    /// Coefficients that are kept along each axis: of real fields, all along the last one.
    static func extents(axes: Int, _ modes: [Int]) -> [Int] {
        let modes = along(axes: axes, modes)
        return modes.dropLast().map { 2 * $0 } + modes.suffix(1)
    }

    /// Refuses more than a grid has.
    ///
    /// - Parameter padded: the points along an axis of so many, with what is added at its end.
    static func check(
        _ modes: [Int], on grid: [Int], padded: (Int) -> Int = { $0 }
    ) throws(GridMisfit) {
        guard modes.count == 1 || modes.count == grid.count else {
            throw GridMisfit(
                key: "modes", problem: "\(modes.count) numbers for a grid of \(grid.count) axes",
                remedy: "Give one number, or one for each axis.")
        }
        for (axis, (n, m)) in zip(grid, along(axes: grid.count, modes)).enumerated() {
            let most = axis == grid.count - 1 ? padded(n) / 2 + 1 : padded(n) / 2
            guard m <= most else {
                throw GridMisfit(
                    key: "modes", problem: "\(m) modes along axis \(axis), which has \(n) points",
                    remedy: "At most \(most) fit; lower model.modes or data.stride.")
            }
        }
    }
}
