/// Arithmetic and elementary functions on whole arrays: what networks are made of beside matrix products.
///
/// Each call runs on one thread, in vector code for the processor it finds. Results go to `y`, which may be one of the operands;
/// otherwise arrays must not overlap. In single precision functions are good to 3e-7, relative or, where they saturate,
/// absolute; in double precision they are those of the C library.
public protocol VectorMathScalar {
    /// y ← f(x).
    static func map(
        _ function: UnaryFunction, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int)

    /// y ← σ(x).
    static func activate(
        _ activation: Activation, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int)

    /// y ← σ'(z) g.
    static func activationBackward(
        _ activation: Activation, _ z: UnsafePointer<Self>, gradient g: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, count: Int)

    /// y ← a ∘ b.
    static func combine(
        _ operation: BinaryOperation, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, count: Int)

    /// y ← a ∘ b with one number b.
    static func combine(
        _ operation: BinaryOperation, _ a: UnsafePointer<Self>, _ b: Self, into y: UnsafeMutablePointer<Self>,
        count: Int)

    /// y ← a ∘ b with one number a.
    static func combine(
        _ operation: BinaryOperation, _ a: Self, _ b: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>,
        count: Int)

    /// y ← x ∘ v for every row of a matrix x, or v ∘ x if `reversed`.
    static func combine(
        _ operation: BinaryOperation, _ x: UnsafePointer<Self>, row v: UnsafePointer<Self>, reversed: Bool,
        into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int)

    /// y ← `factor` x + `summand`.
    static func affine(
        _ factor: Self, _ x: UnsafePointer<Self>, plus summand: Self, into y: UnsafeMutablePointer<Self>, count: Int)

    /// y ← y + `factor` x.
    static func addScaled(_ factor: Self, _ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>, count: Int)

    /// Σ x, in an order that depends on the count alone.
    static func sum(_ x: UnsafePointer<Self>, count: Int) -> Double

    /// Σ x², likewise.
    static func sumOfSquares(_ x: UnsafePointer<Self>, count: Int) -> Double

    /// The largest of one value or more; NaN if one is.
    static func maximum(_ x: UnsafePointer<Self>, count: Int) -> Self

    /// y ← y + the sum of a matrix's rows.
    static func addColumnSums(
        _ x: UnsafePointer<Self>, rows: Int, columns: Int, into y: UnsafeMutablePointer<Self>)

    /// y ← y + the sum of the squares of a matrix's rows, from which `mean` is taken before.
    static func addColumnSquares(
        _ x: UnsafePointer<Self>, mean: UnsafePointer<Self>, rows: Int, columns: Int,
        into y: UnsafeMutablePointer<Self>)

    /// sums ← sums + the sum of g's rows, products ← products + that of g (x − mean).
    static func addColumnProducts(
        _ g: UnsafePointer<Self>, _ x: UnsafePointer<Self>, mean: UnsafePointer<Self>, rows: Int, columns: Int,
        sums: UnsafeMutablePointer<Self>, products: UnsafeMutablePointer<Self>)

    /// y ← x `factor` + `summand` for every row of x.
    static func scaleRows(
        _ x: UnsafePointer<Self>, by factor: UnsafePointer<Self>, adding summand: UnsafePointer<Self>,
        into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int)

    /// y ← a `factor` + b `other` + `summand` for every row of a and b.
    static func combineRows(
        _ a: UnsafePointer<Self>, by factor: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
        by other: UnsafePointer<Self>, adding summand: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>,
        rows: Int, columns: Int)

    /// One step of Adam on parameters p, which also updates the running means of the gradient and its square.
    static func adam(
        _ p: UnsafeMutablePointer<Self>, gradient g: UnsafePointer<Self>, mean m: UnsafeMutablePointer<Self>,
        square v: UnsafeMutablePointer<Self>, count: Int, _ update: AdamUpdate)

    /// y ← (x − μ) / √(s² + `epsilon`) γ + β for every row of a matrix, with its mean μ and variance s². Writes μ and 1/√(s² + `epsilon`)
    /// of each into `statistics`, [rows][2].
    static func normalizeRows(
        _ x: UnsafePointer<Self>, scale: UnsafePointer<Self>, shift: UnsafePointer<Self>,
        statistics: UnsafeMutablePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int,
        epsilon: Self)

    /// The derivative of `normalizeRows`, given that of its result: writes that of x, adds those of γ and β.
    static func normalizeRowsSlope(
        _ g: UnsafePointer<Self>, _ x: UnsafePointer<Self>, scale: UnsafePointer<Self>, statistics: UnsafePointer<Self>,
        into dx: UnsafeMutablePointer<Self>, addingScale: UnsafeMutablePointer<Self>,
        shift: UnsafeMutablePointer<Self>, rows: Int, columns: Int)

    /// y ← eˣ / Σ eˣ over the middle axis of [`outer`][`count`][`inner`], without overflow.
    static func softmax(
        _ x: UnsafePointer<Self>, outer: Int, count: Int, inner: Int, into y: UnsafeMutablePointer<Self>)

    /// z ← y (g − Σ y g) over the middle axis: the derivative of `softmax` with the result y, times g.
    static func softmaxSlope(
        _ y: UnsafePointer<Self>, times g: UnsafePointer<Self>, outer: Int, count: Int, inner: Int,
        into z: UnsafeMutablePointer<Self>)

    /// Where x [`outer`][`count`][`inner`] is its largest y [`outer`][`inner`] it has an equal part of it: z ← that part of g, or
    /// unless it `spreads` the sum of those of g over the middle axis.
    static func maximumShare(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, of g: UnsafePointer<Self>, outer: Int, count: Int,
        inner: Int, spreads: Bool, into z: UnsafeMutablePointer<Self>)

    /// y ← Σ a_i sin iθ + b_i cos iθ for [`rows`][`channels`] of sin θ and cos θ, with a [`terms` − 1][`channels`] from i = 1 on and b
    /// [`terms`][`channels`] from i = 0 on.
    static func series(
        sine: UnsafePointer<Self>, cosine: UnsafePointer<Self>, sines a: UnsafePointer<Self>,
        cosines b: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, channels: Int, terms: Int)

    /// The derivatives of `series`, given that of its result, g: x ← that of θ times `frequency`; those of a and b are added.
    static func seriesSlope(
        sine: UnsafePointer<Self>, cosine: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
        sines a: UnsafePointer<Self>, cosines b: UnsafePointer<Self>, frequency: Self,
        into x: UnsafeMutablePointer<Self>, addingSines da: UnsafeMutablePointer<Self>,
        cosines db: UnsafeMutablePointer<Self>, rows: Int, channels: Int, terms: Int)

    /// average ← average + `weight` (p − average).
    static func average(
        _ average: UnsafeMutablePointer<Self>, with p: UnsafePointer<Self>, weight: Self, count: Int)

    /// mean ← mean + `weight` (`scale` g − mean) and x ← `weight` `scale` g + (1 − `weight`) mean: Nesterov's momentum.
    static func momentum(
        _ mean: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>, scale: Self, weight: Self,
        into x: UnsafeMutablePointer<Self>, count: Int)

    /// Of a square matrix Wᵀ, the symmetric part (W + Wᵀ)/2 and the antisymmetric part (W − Wᵀ)/2, row by row; all other places than W.
    static func symmetricParts(
        _ w: UnsafePointer<Self>, order: Int, transposed: UnsafeMutablePointer<Self>,
        symmetric: UnsafeMutablePointer<Self>, antisymmetric: UnsafeMutablePointer<Self>)
}

/// The numbers of one step of Adam: with g = `gradientScale` · gradient + `coupledDecay` · p,
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← `keptFraction` p − `rate` m / (√v `squareCorrection` + `epsilon`).
///
/// Source: D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1, with the correction of the first
/// mean in the rate; I. Loshchilov, F. Hutter, "Decoupled weight decay regularization" (2019) for `keptFraction`.
public struct AdamUpdate: Equatable, Sendable {
    /// What gradients are multiplied by first, to clip them.
    public var gradientScale = 1.0
    /// Weight decay that goes through the running means, as in Adam with L2 regularisation.
    public var coupledDecay = 0.0
    /// What is left of the parameters after decoupled weight decay, as in AdamW.
    public var keptFraction = 1.0
    /// The learning rate over 1 − β₁ᵗ.
    public var rate: Double
    /// Weights of the running means' past.
    public var beta1, beta2: Double
    /// 1 / √(1 − β₂ᵗ).
    public var squareCorrection: Double
    /// What keeps the quotient finite.
    public var epsilon: Double

    /// Step number `step`, from 1.
    public init(step: Int, learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        func power(_ base: Double) -> Double {
            var (result, base, exponent) = (1.0, base, step)
            while exponent > 0 {
                if exponent & 1 == 1 { result *= base }
                base *= base
                exponent >>= 1
            }
            return result
        }
        rate = learningRate / (1 - power(beta1))
        self.beta1 = beta1
        self.beta2 = beta2
        squareCorrection = 1 / (1 - power(beta2)).squareRoot()
        self.epsilon = epsilon
    }
}
