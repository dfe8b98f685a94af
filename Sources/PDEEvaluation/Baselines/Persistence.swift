import PDECore

/// The forecast that nothing changes: what stands in `state` stays there.
public struct Persistence: Stepper {
    /// The time between two frames.
    public let timeStep: Double

    /// A forecast for frames that are `timeStep` apart.
    public init(timeStep: Double) {
        self.timeStep = timeStep
    }

    /// Leaves the state as it is.
    public func advance(_ state: inout Field<Float>) {}
}

extension Contestant {
    /// The forecast that every frame is the last input frame.
    public static func persistence(of description: ReferenceDescription) -> Contestant {
        Contestant("persistence", kind: .baseline) {
            ForecastSession(stepper: Persistence(timeStep: description.frameInterval), description: description)
        }
    }

    /// The forecast that every frame is the mean over the training split.
    ///
    /// - Parameters:
    ///   - mean: the mean of all training frames, [channel][space…].
    ///   - name: its name, where there are several.
    public static func trainingMean(
        _ mean: [Float], of description: ReferenceDescription, name: String = "training mean"
    ) -> Contestant {
        let size = description.frameSize
        precondition(mean.count == size, "mean: expected \(size) values, got \(mean.count)")
        return Contestant(name, kind: .baseline) {
            ForecastSession(
                stepper: Persistence(timeStep: description.frameInterval),
                state: Field<Float>(on: description.grid, components: description.channels.count),
                begin: { _, state in
                    state.values.withUnsafeMutablePointer { values in
                        mean.withUnsafeBufferPointer { values.update(from: $0.baseAddress!, count: size) }
                    }
                },
                read: { state, frame in
                    state.values.withUnsafePointer { frame.update(from: $0, count: size) }
                })
        }
    }
}
