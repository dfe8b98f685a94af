import PDECore

/// Single or double precision, where a program writes kinds of its own: `func network<Scalar: FloatingScalar>(…)`.
public typealias FloatingScalar = PDECore.Real

/// A complex number: the symbol of an equation's linear part.
public typealias ComplexNumber = PDECore.Complex
