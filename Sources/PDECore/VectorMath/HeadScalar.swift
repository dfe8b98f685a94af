import CKernels

/// Weights between the points and the tokens of patches, one a head: `pointStride` values from a point to the next, `tokenStride` from a
/// token to the next.
public struct HeadWeights: Sendable {
    /// Patches, the points, tokens and heads of each, and the channels of a head.
    public let patches, points, tokens, heads, width: Int
    /// Values from a point, and from a token, to the next.
    public let pointStride, tokenStride: Int

    /// Such an array.
    public init(
        patches: Int, points: Int, tokens: Int, heads: Int, width: Int, pointStride: Int, tokenStride: Int
    ) {
        self.patches = patches
        (self.points, self.tokens, self.heads, self.width) = (points, tokens, heads, width)
        (self.pointStride, self.tokenStride) = (pointStride, tokenStride)
    }
}

/// Products of the points of patches, [patches][points][heads][width], with their tokens, [patches][tokens][heads][width], patch by patch
/// and head by head.
public protocol HeadScalar {
    /// y[token] ← Σ W x[point], or y + that if it `adds`.
    static func gatherHeads(
        _ weights: UnsafePointer<Self>, _ shape: HeadWeights, _ x: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, adds: Bool)

    /// y[point] ← Σ W z[token], or y + that if it `adds`.
    static func spreadHeads(
        _ weights: UnsafePointer<Self>, _ shape: HeadWeights, _ z: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, adds: Bool)

    /// W ← x[point] · z[token].
    static func matchHeads(
        _ x: UnsafePointer<Self>, _ z: UnsafePointer<Self>, into weights: UnsafeMutablePointer<Self>,
        _ shape: HeadWeights)
}

extension Float: HeadScalar {
    /// See `HeadScalar`.
    public static func gatherHeads(
        _ weights: UnsafePointer<Self>, _ shape: HeadWeights, _ x: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, adds: Bool
    ) {
        ckernels_gather_heads_f(
            shape.patches, shape.points, shape.tokens, shape.heads, shape.pointStride, shape.tokenStride, shape.width,
            weights, x, y, adds ? 1 : 0)
    }

    /// See `HeadScalar`.
    public static func spreadHeads(
        _ weights: UnsafePointer<Self>, _ shape: HeadWeights, _ z: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, adds: Bool
    ) {
        ckernels_spread_heads_f(
            shape.patches, shape.points, shape.tokens, shape.heads, shape.pointStride, shape.tokenStride, shape.width,
            weights, z, y, adds ? 1 : 0)
    }

    /// See `HeadScalar`.
    public static func matchHeads(
        _ x: UnsafePointer<Self>, _ z: UnsafePointer<Self>, into weights: UnsafeMutablePointer<Self>,
        _ shape: HeadWeights
    ) {
        ckernels_match_heads_f(
            shape.patches, shape.points, shape.tokens, shape.heads, shape.pointStride, shape.tokenStride, shape.width,
            weights, x, z)
    }
}

extension Double: HeadScalar {
    /// See `HeadScalar`.
    public static func gatherHeads(
        _ weights: UnsafePointer<Self>, _ shape: HeadWeights, _ x: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, adds: Bool
    ) {
        ckernels_gather_heads_d(
            shape.patches, shape.points, shape.tokens, shape.heads, shape.pointStride, shape.tokenStride, shape.width,
            weights, x, y, adds ? 1 : 0)
    }

    /// See `HeadScalar`.
    public static func spreadHeads(
        _ weights: UnsafePointer<Self>, _ shape: HeadWeights, _ z: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, adds: Bool
    ) {
        ckernels_spread_heads_d(
            shape.patches, shape.points, shape.tokens, shape.heads, shape.pointStride, shape.tokenStride, shape.width,
            weights, z, y, adds ? 1 : 0)
    }

    /// See `HeadScalar`.
    public static func matchHeads(
        _ x: UnsafePointer<Self>, _ z: UnsafePointer<Self>, into weights: UnsafeMutablePointer<Self>,
        _ shape: HeadWeights
    ) {
        ckernels_match_heads_d(
            shape.patches, shape.points, shape.tokens, shape.heads, shape.pointStride, shape.tokenStride, shape.width,
            weights, x, z)
    }
}
