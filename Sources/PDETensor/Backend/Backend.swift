import PDECore

/// What computes: the memory of tensors and the few kernels that everything is made of.
///
/// Models, derivatives and training see only operations on tensors; an accelerator is added by another backend. Results are
/// written into tensors that the operation has made. Shapes are checked before they come here.
///
/// A backend serves one thread at a time; steppers that run side by side have one each.
public protocol Backend: AnyObject, Sendable {
    /// Where the memory of tensors comes from.
    var pool: MemoryPool { get }
    /// Threads in use.
    var threads: Int { get }

    /// y ← f(x).
    func map<Scalar: Real>(_ function: UnaryFunction, _ x: Tensor<Scalar>, into y: Tensor<Scalar>)

    /// y ← f'(z) × g.
    func slope<Scalar: Real>(
        of function: Activation, at z: Tensor<Scalar>, times g: Tensor<Scalar>, into y: Tensor<Scalar>)

    /// y ← a ∘ b, with operands that repeat as the blocks say. y may be a or b.
    func combine<Scalar: Real>(
        _ operation: BinaryOperation, _ a: Tensor<Scalar>, _ aBlock: RepeatedBlock, _ b: Tensor<Scalar>,
        _ bBlock: RepeatedBlock, into y: Tensor<Scalar>)

    /// y ← `factor` × x + `summand`.
    func scale<Scalar: Real>(_ x: Tensor<Scalar>, by factor: Scalar, plus summand: Scalar, into y: Tensor<Scalar>)

    /// y[`outer`][`inner`] ← Σ x[`outer`][`count`][`inner`] over the middle axis, with the same bits for any number of threads.
    func sum<Scalar: Real>(_ x: Tensor<Scalar>, outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>)

    /// y[`outer`][`inner`] ← max x[`outer`][`count`][`inner`] over the middle axis.
    func maximum<Scalar: Real>(_ x: Tensor<Scalar>, outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>)

    /// What of the largest values y [`outer`][`inner`] belongs to each of x, where several are largest an equal part: z ← those parts
    /// of g, or unless it `spreads` the sum of g over the largest by parts.
    func maximumShare<Scalar: Real>(
        _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, of g: Tensor<Scalar>, outer: Int, count: Int, inner: Int,
        spreads: Bool, into z: Tensor<Scalar>)

    /// y ← eˣ / Σ eˣ over the middle axis of [`outer`][`count`][`inner`].
    func softmax<Scalar: Real>(_ x: Tensor<Scalar>, outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>)

    /// z ← y (g − Σ y g) over the middle axis.
    func softmaxSlope<Scalar: Real>(
        _ y: Tensor<Scalar>, times g: Tensor<Scalar>, outer: Int, count: Int, inner: Int, into z: Tensor<Scalar>)

    /// y ← a series of sines and cosines in every value of x [rows][channels]: see `TrigonometricSeries`.
    func series<Scalar: Real>(
        _ x: Tensor<Scalar>, sines: Tensor<Scalar>, cosines: Tensor<Scalar>, into y: Tensor<Scalar>)

    /// The derivatives of a series, given that of its result.
    func seriesPullback<Scalar: Real>(
        _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, sines: Tensor<Scalar>, cosines: Tensor<Scalar>
    ) -> (x: Tensor<Scalar>, sines: Tensor<Scalar>, cosines: Tensor<Scalar>)

    /// Copies values of x into places of y.
    func copy<Scalar: Real>(_ x: Tensor<Scalar>, _ walk: StridedCopy, into y: Tensor<Scalar>)

    /// y[`outer`][k][`inner`] ← x[`outer`][`indices`[k]][`inner`], where x has `count` parts along the middle axis.
    func gather<Scalar: Real>(
        _ x: Tensor<Scalar>, _ indices: [Int], outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>)

    /// y[`outer`][`indices`[k]][`inner`] ← Σ x[`outer`][k][`inner`] over all k with that index; zeros elsewhere.
    func scatter<Scalar: Real>(
        _ x: Tensor<Scalar>, _ indices: [Int], outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>)

    /// Matrix products.
    func multiply<Scalar: Real>(
        _ product: MatrixProduct, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, into c: Tensor<Scalar>)

    /// c[sample][part][mode][channel] ← the coefficients of x[sample][grid…][channel].
    ///
    /// - Parameter weighted: for the transpose of a weighted `synthesize` instead.
    func analyze<Scalar: Real>(
        _ transform: TruncatedTransform, _ x: Tensor<Scalar>, weighted: Bool, into c: Tensor<Scalar>)

    /// x ← the transpose of `analyze`; with `weighted`, its inverse on the modes that are kept.
    func synthesize<Scalar: Real>(
        _ transform: TruncatedTransform, _ c: Tensor<Scalar>, weighted: Bool, into x: Tensor<Scalar>)

    /// Products of complex numbers kept as pairs, mode by mode.
    func complexProduct<Scalar: Real>(
        _ form: ComplexProductForm, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, into c: Tensor<Scalar>)

    /// A Fourier layer in one go: see `FourierLayerOperation`. Writes the coefficients of its input into `coefficients`.
    func fourierLayer<Scalar: Real>(
        _ layer: FourierLayerForm, _ x: Tensor<Scalar>, spectral: Tensor<Scalar>, local: Tensor<Scalar>,
        bias: Tensor<Scalar>, coefficients: Tensor<Scalar>, into y: Tensor<Scalar>)

    /// The derivatives of a Fourier layer, given that of its result; those of `x` only if it is wanted.
    func fourierLayerPullback<Scalar: Real>(
        _ layer: FourierLayerForm, _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, spectral: Tensor<Scalar>,
        local: Tensor<Scalar>, coefficients: Tensor<Scalar>, wantsInput: Bool
    ) -> (x: Tensor<Scalar>?, spectral: Tensor<Scalar>, local: Tensor<Scalar>, bias: Tensor<Scalar>)

    /// A perceptron in one go: see `PerceptronOperation`.
    func perceptron<Scalar: Real>(
        _ form: PerceptronForm, _ x: Tensor<Scalar>, _ weights: PerceptronWeights<Scalar>, into y: Tensor<Scalar>)

    /// The derivatives of a perceptron, given that of its result; those of `x` only if it is wanted.
    func perceptronPullback<Scalar: Real>(
        _ form: PerceptronForm, _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, _ weights: PerceptronWeights<Scalar>,
        wantsInput: Bool
    ) -> (x: Tensor<Scalar>?, weights: PerceptronWeights<Scalar>)

    /// y ← the convolution of x with w, plus a bias a channel if there is one: see `ConvolutionForm`.
    func convolve<Scalar: Real>(
        _ form: ConvolutionForm, _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, bias: Tensor<Scalar>?, into y: Tensor<Scalar>
    )

    /// y ← the convolution with w of `coarse`, repeated onto a grid of twice the points unless it is on the grid of `fine`, and `fine`,
    /// joined: see `JoiningConvolution`. The form is that of the fine grid, and keeps it.
    func convolve<Scalar: Real>(
        _ form: ConvolutionForm, upsampling coarse: Tensor<Scalar>, joining fine: Tensor<Scalar>, _ w: Tensor<Scalar>,
        into y: Tensor<Scalar>)

    /// w ← the transpose in w of that, applied to g.
    func correlate<Scalar: Real>(
        _ form: ConvolutionForm, upsampling coarse: Tensor<Scalar>, joining fine: Tensor<Scalar>, _ g: Tensor<Scalar>,
        into w: Tensor<Scalar>)

    /// `coarse` and `fine` ← the transpose in both of that, applied to g.
    func convolveTransposed<Scalar: Real>(
        _ form: ConvolutionForm, _ g: Tensor<Scalar>, _ w: Tensor<Scalar>, upsampled coarse: Tensor<Scalar>,
        joined fine: Tensor<Scalar>)

    /// x ← the transpose in x of `convolve`, applied to g.
    func convolveTransposed<Scalar: Real>(
        _ form: ConvolutionForm, _ g: Tensor<Scalar>, _ w: Tensor<Scalar>, into x: Tensor<Scalar>)

    /// w ← the transpose in w of `convolve`, applied to g.
    func correlate<Scalar: Real>(
        _ form: ConvolutionForm, _ x: Tensor<Scalar>, _ g: Tensor<Scalar>, into w: Tensor<Scalar>)

    /// y[`outer`][k][`inner`] ← Σ weight x[`outer`][j][`inner`] over the entries (j, weight) of row k of a sparse matrix.
    func apply<Scalar: Real>(
        _ matrix: SparseMatrix, _ x: Tensor<Scalar>, outer: Int, inner: Int, into y: Tensor<Scalar>)

    /// Normalises groups of channels in one go: see `GroupNormalizationForm`. Writes the mean and the inverse deviation of every
    /// sample's channels into `statistics`, [samples][2][channels].
    func normalize<Scalar: Real>(
        _ form: GroupNormalizationForm, _ x: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>,
        statistics: Tensor<Scalar>, into y: Tensor<Scalar>)

    /// The derivatives of a normalisation, given that of its result.
    func normalizePullback<Scalar: Real>(
        _ form: GroupNormalizationForm, _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, scale: Tensor<Scalar>,
        shift: Tensor<Scalar>, statistics: Tensor<Scalar>
    ) -> (x: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>)

    /// Normalises the channels of every point: see `LayerNormalizationOperation`. Writes their mean and inverse deviation into
    /// `statistics`, [points][2].
    func normalizeRows<Scalar: Real>(
        _ x: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>, epsilon: Double, statistics: Tensor<Scalar>,
        into y: Tensor<Scalar>)

    /// The derivatives of such a normalisation, given that of its result.
    func normalizeRowsPullback<Scalar: Real>(
        _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, scale: Tensor<Scalar>, statistics: Tensor<Scalar>
    ) -> (x: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>)

    /// Linear attention in one go: see `LinearAttention`. Writes what the slices hold into `held` and the logarithm of what their
    /// weights add up to into `sums`.
    func attendLinearly<Scalar: Real>(
        _ x: LinearAttentionOperands<Scalar>, held: Tensor<Scalar>, sums: Tensor<Scalar>, into y: Tensor<Scalar>)

    /// The derivatives of a linear attention, given that of its result.
    func attendLinearlyPullback<Scalar: Real>(
        _ g: Tensor<Scalar>, _ x: LinearAttentionOperands<Scalar>, held: Tensor<Scalar>, sums: Tensor<Scalar>
    ) -> LinearAttentionOperands<Scalar>

    /// A step in the latent space of patches in one go: see `LatentStep`.
    func latentStep<Scalar: Real>(_ form: LatentStepForm, _ x: LatentStepOperands<Scalar>, into y: Tensor<Scalar>)

    /// The derivatives of a latent step, given that of its result.
    func latentStepPullback<Scalar: Real>(
        _ form: LatentStepForm, _ g: Tensor<Scalar>, _ x: LatentStepOperands<Scalar>
    ) -> LatentStepOperands<Scalar>
}
