import CKernels

extension Float: VectorMathScalar {
    /// See `VectorMathScalar`.
    public static func map(
        _ function: UnaryFunction, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int
    ) { ckernels_map_f(function.rawValue, x, y, count) }

    /// See `VectorMathScalar`.
    public static func activate(
        _ activation: Activation, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int
    ) {
        if let function = activation.function {
            ckernels_map_f(function.rawValue, x, y, count)
        } else {
            y.update(from: x, count: count)
        }
    }

    /// See `VectorMathScalar`.
    public static func activationBackward(
        _ activation: Activation, _ z: UnsafePointer<Self>, gradient g: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, count: Int
    ) { ckernels_slope_f(activation.code, z, g, y, count) }

    /// See `VectorMathScalar`.
    public static func combine(
        _ operation: BinaryOperation, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, count: Int
    ) { ckernels_combine_f(operation.rawValue, a, b, y, count) }

    /// See `VectorMathScalar`.
    public static func combine(
        _ operation: BinaryOperation, _ a: UnsafePointer<Self>, _ b: Self, into y: UnsafeMutablePointer<Self>,
        count: Int
    ) { ckernels_combine_scalar_f(operation.rawValue, 0, a, b, y, count) }

    /// See `VectorMathScalar`.
    public static func combine(
        _ operation: BinaryOperation, _ a: Self, _ b: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>,
        count: Int
    ) { ckernels_combine_scalar_f(operation.rawValue, 1, b, a, y, count) }

    /// See `VectorMathScalar`.
    public static func combine(
        _ operation: BinaryOperation, _ x: UnsafePointer<Self>, row v: UnsafePointer<Self>, reversed: Bool,
        into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int
    ) { ckernels_combine_row_f(operation.rawValue, reversed ? 1 : 0, x, v, y, rows, columns) }

    /// See `VectorMathScalar`.
    public static func affine(
        _ factor: Self, _ x: UnsafePointer<Self>, plus summand: Self, into y: UnsafeMutablePointer<Self>, count: Int
    ) { ckernels_affine_f(factor, x, summand, y, count) }

    /// See `VectorMathScalar`.
    public static func addScaled(
        _ factor: Self, _ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>, count: Int
    ) { ckernels_add_scaled_f(factor, x, y, count) }

    /// See `VectorMathScalar`.
    public static func sum(_ x: UnsafePointer<Self>, count: Int) -> Double { ckernels_sum_f(x, count) }

    /// See `VectorMathScalar`.
    public static func sumOfSquares(_ x: UnsafePointer<Self>, count: Int) -> Double {
        ckernels_sum_of_squares_f(x, count)
    }

    /// See `VectorMathScalar`.
    public static func maximum(_ x: UnsafePointer<Self>, count: Int) -> Self { ckernels_maximum_f(x, count) }

    /// See `VectorMathScalar`.
    public static func addColumnSums(
        _ x: UnsafePointer<Self>, rows: Int, columns: Int, into y: UnsafeMutablePointer<Self>
    ) { ckernels_add_column_sums_f(x, y, rows, columns) }

    /// See `VectorMathScalar`.
    public static func addColumnSquares(
        _ x: UnsafePointer<Self>, mean: UnsafePointer<Self>, rows: Int, columns: Int,
        into y: UnsafeMutablePointer<Self>
    ) { ckernels_add_column_squares_f(x, mean, y, rows, columns) }

    /// See `VectorMathScalar`.
    public static func addColumnProducts(
        _ g: UnsafePointer<Self>, _ x: UnsafePointer<Self>, mean: UnsafePointer<Self>, rows: Int, columns: Int,
        sums: UnsafeMutablePointer<Self>, products: UnsafeMutablePointer<Self>
    ) { ckernels_add_column_products_f(g, x, mean, sums, products, rows, columns) }

    /// See `VectorMathScalar`.
    public static func scaleRows(
        _ x: UnsafePointer<Self>, by factor: UnsafePointer<Self>, adding summand: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int
    ) { ckernels_scale_rows_f(x, factor, summand, y, rows, columns) }

    /// See `VectorMathScalar`.
    public static func combineRows(
        _ a: UnsafePointer<Self>, by factor: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
        by other: UnsafePointer<Self>, adding summand: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>,
        rows: Int, columns: Int
    ) { ckernels_combine_rows_f(a, factor, b, other, summand, y, rows, columns) }

    /// See `VectorMathScalar`.
    public static func adam(
        _ p: UnsafeMutablePointer<Self>, gradient g: UnsafePointer<Self>, mean m: UnsafeMutablePointer<Self>,
        square v: UnsafeMutablePointer<Self>, count: Int, _ update: AdamUpdate
    ) {
        ckernels_adam_f(
            p, g, m, v, count, Self(update.gradientScale), Self(update.coupledDecay), Self(update.keptFraction),
            Self(update.rate), Self(update.beta1), Self(update.beta2), Self(update.squareCorrection),
            Self(update.epsilon))
    }

    /// See `VectorMathScalar`.
    public static func normalizeRows(
        _ x: UnsafePointer<Self>, scale: UnsafePointer<Self>, shift: UnsafePointer<Self>,
        statistics: UnsafeMutablePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int,
        epsilon: Self
    ) { ckernels_normalize_rows_f(x, scale, shift, statistics, y, rows, columns, epsilon) }

    /// See `VectorMathScalar`.
    public static func normalizeRowsSlope(
        _ g: UnsafePointer<Self>, _ x: UnsafePointer<Self>, scale: UnsafePointer<Self>, statistics: UnsafePointer<Self>,
        into dx: UnsafeMutablePointer<Self>, addingScale dscale: UnsafeMutablePointer<Self>,
        shift dshift: UnsafeMutablePointer<Self>, rows: Int, columns: Int
    ) { ckernels_normalize_rows_slope_f(g, x, scale, statistics, dx, dscale, dshift, rows, columns) }

    /// See `VectorMathScalar`.
    public static func softmax(
        _ x: UnsafePointer<Self>, outer: Int, count: Int, inner: Int, into y: UnsafeMutablePointer<Self>
    ) { ckernels_softmax_f(x, y, outer, count, inner) }

    /// See `VectorMathScalar`.
    public static func softmaxSlope(
        _ y: UnsafePointer<Self>, times g: UnsafePointer<Self>, outer: Int, count: Int, inner: Int,
        into z: UnsafeMutablePointer<Self>
    ) { ckernels_softmax_slope_f(y, g, z, outer, count, inner) }

    /// See `VectorMathScalar`.
    public static func maximumShare(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, of g: UnsafePointer<Self>, outer: Int, count: Int,
        inner: Int, spreads: Bool, into z: UnsafeMutablePointer<Self>
    ) { ckernels_maximum_share_f(x, y, g, z, outer, count, inner, spreads ? 1 : 0) }

    /// See `VectorMathScalar`.
    public static func series(
        sine: UnsafePointer<Self>, cosine: UnsafePointer<Self>, sines a: UnsafePointer<Self>,
        cosines b: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, channels: Int, terms: Int
    ) { ckernels_series_f(sine, cosine, a, b, y, rows, channels, terms) }

    /// See `VectorMathScalar`.
    public static func seriesSlope(
        sine: UnsafePointer<Self>, cosine: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
        sines a: UnsafePointer<Self>, cosines b: UnsafePointer<Self>, frequency: Self,
        into x: UnsafeMutablePointer<Self>, addingSines da: UnsafeMutablePointer<Self>,
        cosines db: UnsafeMutablePointer<Self>, rows: Int, channels: Int, terms: Int
    ) { ckernels_series_slope_f(sine, cosine, g, a, b, frequency, x, da, db, rows, channels, terms) }

    /// See `VectorMathScalar`.
    public static func average(
        _ average: UnsafeMutablePointer<Self>, with p: UnsafePointer<Self>, weight: Self, count: Int
    ) { ckernels_average_f(average, p, count, weight) }

    /// See `VectorMathScalar`.
    public static func momentum(
        _ mean: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>, scale: Self, weight: Self,
        into x: UnsafeMutablePointer<Self>, count: Int
    ) { ckernels_momentum_f(mean, g, x, count, scale, weight) }

    /// See `VectorMathScalar`.
    public static func symmetricParts(
        _ w: UnsafePointer<Self>, order: Int, transposed: UnsafeMutablePointer<Self>,
        symmetric: UnsafeMutablePointer<Self>, antisymmetric: UnsafeMutablePointer<Self>
    ) { ckernels_symmetric_parts_f(w, transposed, symmetric, antisymmetric, order) }
}
