/// What the axes of a parameter are, for optimisers that work on matrices.
public enum ParameterForm: Equatable, Sendable {
    /// Numbers that each stand for themselves: biases, scales, tables.
    case numbers
    /// One matrix [in][out] or the weights of a convolution [kernel…][in][out].
    case matrix
    /// Many matrices, [places…][in][out].
    case matrices
    /// Many matrices of complex numbers, [modes…][2][in][out]: 2 stands for real and imaginary part.
    case complexMatrices

    /// What a parameter of this shape is if nobody says something else: numbers with one axis, a matrix with more.
    public init(of shape: [Int]) { self = shape.count < 2 ? .numbers : .matrix }
}
