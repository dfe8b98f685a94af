import PDECore
import PDETensor

extension Padding {
    /// What lies beyond the ends of fields that were continued from `grid` to multiples of `divisor` points: a continued grid goes over an
    /// end of the domain already, and does not close.
    func beyond(continued grid: some Sequence<Int>, toMultiplesOf divisor: Int) -> Padding {
        self == .periodic && !grid.allSatisfy { $0 % divisor == 0 } ? .replicate : self
    }
}

extension Tensor {
    /// Fields [samples][grid…][channels] continued at both ends of every axis to a multiple of `divisor` points.
    func continued(toMultiplesOf divisor: Int, with beyond: Padding) -> Tensor {
        (1..<rank - 1).reduce(self) { fields, axis in
            let missing = (divisor - shape[axis] % divisor) % divisor
            return fields.padded(missing / 2, missing - missing / 2, along: axis, with: beyond)
        }
    }

    /// What lies on `grid` in the middle of fields that were continued from it.
    func cut(to grid: [Int]) -> Tensor {
        grid.enumerated().reduce(self) { fields, axis in
            let first = (shape[axis.offset + 1] - axis.element) / 2
            guard shape[axis.offset + 1] > axis.element else { return fields }
            return fields.sliced(first..<first + axis.element, along: axis.offset + 1)
        }
    }
}
