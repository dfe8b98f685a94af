/// Something with an inside: negative there, and never farther from zero than the boundary is away.
package protocol SignedDistanceFunction {
    func signedDistance(at point: Point2) -> Double
}

extension Decoder {
    /// Throws if there is a flaw.
    func refuse(_ flaw: String?) throws {
        guard let flaw else { return }
        throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: flaw))
    }
}
