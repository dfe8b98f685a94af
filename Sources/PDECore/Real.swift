/// The two floating-point types that fields, transforms and solvers are written for: `Float` and `Double`.
///
/// Generic code is compiled for both types where it is marked `@specialized`. The entry to such a function decides between
/// the versions when it is called and sets up its generic body's locals even if it does not run it, so hot ones are
/// thin: a marked function that only calls its body, which is marked `@inline(never)`.
///
/// Refinements in the other files of this module add what each library offers for both precisions.
public protocol Real: LinearAlgebraScalar, FourierScalar, VectorMathScalar, TileScalar, HeadScalar, JetScalar,
    SIMDScalar,
    Codable
{}

extension Float: Real {}
extension Double: Real {}
