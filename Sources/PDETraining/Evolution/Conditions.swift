import PDECore
import PDETensor

/// What a network is told of a sample beside its fields: numbers by name, and where solids are.
///
/// As channels, the numbers come first, each the same at every point, then the mask, which is 1 in solids, and the signed distance.
public struct Conditions: Sendable {
    /// The fields that say where solids are.
    static let geometryFields = ["mask", "sdf"]

    /// The names of the numbers.
    public let names: [String]
    /// Whether mask and signed distance are told.
    public let hasGeometry: Bool
    private let normalization: Normalization

    init(_ data: DataChoice, _ normalization: Normalization) {
        (names, hasGeometry, self.normalization) = (data.parameters, data.geometry, normalization)
    }

    /// The number of channels.
    public var width: Int { names.count + (hasGeometry ? Self.geometryFields.count : 0) }
    /// The channel that is 1 in solids; nil where there are none.
    public var maskChannel: Int? { hasGeometry ? names.count : nil }

    /// A sample's numbers as the network sees them.
    ///
    /// - Parameters:
    ///   - place: what messages call the sample.
    ///   - value: the number of a name, nil where the sample has none.
    /// - Throws: `TrainingError.data` for a number that is not there or that the network cannot be told.
    func numbers(of place: String, _ value: (String) -> Double?) throws(TrainingError) -> [Double] {
        var numbers: [Double] = []
        for (index, name) in names.enumerated() {
            guard let value = value(name) else {
                throw .data(
                    path: place, problem: "it has no number '\(name)', which the network is told",
                    remedy: "Evaluate on a dataset with the parameters that it was trained with.")
            }
            guard normalization.takes(index, value) else {
                throw .parameter(name, value, isLogarithmic: normalization.parameterIsLogarithmic[index], place)
            }
            numbers.append(normalization.parameter(index, value))
        }
        return numbers
    }

    /// The channels of samples, [samples][grid…][width]; nil where there is nothing to tell.
    ///
    /// - Parameters:
    ///   - numbers: for each sample what `numbers` gives.
    ///   - geometry: mask and signed distance, [samples][grid…][2].
    func channels<Scalar: Real>(
        _ numbers: [[Double]], _ geometry: UnsafePointer<Float>?, on grid: [Int], _ backend: any Backend
    ) -> Tensor<Scalar>? {
        precondition(hasGeometry == (geometry != nil), "geometry: expected \(hasGeometry ? "some" : "none")")
        guard width > 0 else { return nil }
        let (points, told) = (grid.product, names.count)
        return Tensor(shape: [numbers.count] + grid + [width], on: backend) { values in
            for (sample, numbers) in numbers.enumerated() {
                let numbers = numbers.map { Scalar($0) }
                for point in sample * points..<(sample + 1) * points {
                    for (index, number) in numbers.enumerated() { values[point * width + index] = number }
                    for channel in 0..<width - told {
                        values[point * width + told + channel] = Scalar(geometry![2 * point + channel])
                    }
                }
            }
        }
    }

    /// 1 in the fluid and 0 in solids, [samples][grid…][1]; nil where the network is told of none.
    func fluid<Scalar: Real>(
        _ geometry: UnsafePointer<Float>?, samples: Int, on grid: [Int], _ backend: any Backend
    ) -> Tensor<Scalar>? {
        geometry.map { geometry in
            Tensor(shape: [samples] + grid + [1], on: backend) { values in
                for place in values.indices { values[place] = 1 - Scalar(geometry[2 * place]) }
            }
        }
    }
}
