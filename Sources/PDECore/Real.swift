/// The two floating-point types that fields, transforms and solvers are written for: `Float` and `Double`.
///
/// Refinements in the other files of this module add what each library offers for both precisions.
public protocol Real: LinearAlgebraScalar, SIMDScalar, Codable {}

extension Float: Real {}
extension Double: Real {}
