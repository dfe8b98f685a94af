/// How long a method takes to a solution that is as accurate as asked: its cheapest setting that is so in every sample, with its part of
/// the training.
public struct TimeToAccuracy: Codable, Equatable, Sendable {
    /// The method.
    public var method: String
    /// The relative error that is asked for.
    public var error: Double
    /// The contestant that it is reached by; nil where none does.
    public var setting: String?
    /// Its seconds a solution, training included.
    public var seconds: Double?

    /// The errors that are asked for.
    static let errors = [1e-2, 1e-4, 1e-6]

    /// Of all methods but baselines, method by method.
    static func all(of results: [SteadyResult]) -> [TimeToAccuracy] {
        var methods: [String] = []
        for name in results.filter({ $0.kind != .baseline }).map(\.method) where !methods.contains(name) {
            methods.append(name)
        }
        return methods.flatMap { method in
            errors.map { error in
                let best = results.filter { $0.method == method && $0.worst <= error }
                    .min { $0.amortizedSeconds < $1.amortizedSeconds }
                return TimeToAccuracy(
                    method: method, error: error, setting: best?.name, seconds: best?.amortizedSeconds)
            }
        }
    }
}

extension SteadyResult {
    /// What it is one setting of.
    var method: String { group ?? name }
}
