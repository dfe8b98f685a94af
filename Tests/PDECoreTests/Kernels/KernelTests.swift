import Foundation
import PDECore
import Testing

@Suite struct KernelTests {
    static let kernels: [any StationaryKernel] = [
        SquaredExponentialKernel(variance: 1.3, lengthScale: 0.7), Matern32Kernel(variance: 0.8, lengthScale: 0.6),
        Matern52Kernel(variance: 1.7, lengthScale: 0.9), PeriodicKernel(variance: 0.9, lengthScale: 1.1, period: 2.3),
        GaussianMixtureKernel([
            .init(weight: 0.7, lengthScale: 0.8, frequency: 3), .init(weight: 0.2, lengthScale: 1.5, frequency: 0.4),
        ]),
        StudentMixtureKernel([
            .init(weight: 0.7, lengthScale: 0.8, frequency: 3), .init(weight: 0.2, lengthScale: 1.5, frequency: 0.4),
        ]),
    ]

    /// The derivative of a function by a central difference of fourth order.
    static func difference(_ f: (Double) -> Double, at x: Double, step h: Double = 1e-3) -> Double {
        (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)
    }

    @Test(arguments: kernels.indices) func `derivatives are those of the one before`(_ index: Int) {
        let kernel = Self.kernels[index]
        for z in [-1.7, -0.3, 0.011, 0.4, 2.6] {
            let k = kernel.derivatives(at: z)
            for order in 1...4 {
                let slope = Self.difference({ kernel.derivatives(at: $0)[order - 1] }, at: z)
                #expect(abs(k[order] - slope) < 1e-8 * (1 + abs(k[order])), "order \(order) at \(z)")
            }
        }
    }

    @Test(arguments: kernels.indices) func `gradients by hyperparameters are slopes of every order`(_ index: Int) {
        let kernel = Self.kernels[index]
        for z in [-1.7, 0, 0.4] {
            let gradients = kernel.gradients(at: z)
            #expect(gradients.count == kernel.parameters.count)
            for (place, gradient) in gradients.enumerated() {
                // Matérn 3/2 has no third derivative at 0.
                for order in 0...4 where z != 0 || order <= kernel.smoothness {
                    let slope = Self.difference(
                        {
                            var moved = kernel
                            moved.parameters[place] = $0
                            return moved.derivatives(at: z)[order]
                        }, at: kernel.parameters[place])
                    #expect(
                        abs(gradient[order] - slope) < 1e-8 * (1 + abs(slope)), "\(place), order \(order) at \(z)")
                }
            }
        }
    }

    @Test(arguments: kernels.indices) func `kernels are even, with derivatives in turn odd and even`(_ index: Int) {
        let (left, right) = (Self.kernels[index].derivatives(at: -0.37), Self.kernels[index].derivatives(at: 0.37))
        for order in 0...4 { #expect(left[order] == (order % 2 == 0 ? right[order] : -right[order])) }
    }

    @Test func `values and curvatures at 0 are those of the known series`() {
        // 1 − t²/2 + t⁴/8; 1 − 5t²/6 + 25t⁴/24; 1 − 3t²/2 + √3|t|³; e^{cos θ − 1}: 1 − θ²/2 + 4θ⁴/24.
        let series: [(any StationaryKernel, [Double])] = [
            (SquaredExponentialKernel(lengthScale: 1), [1, 0, -1, 0, 3]),
            (Matern52Kernel(lengthScale: 1), [1, 0, -5.0 / 3, 0, 25]),
            (PeriodicKernel(lengthScale: 1, period: 2 * .pi), [1, 0, -1, 0, 4]),
            (GaussianMixtureKernel(frequencies: [2], lengthScale: 1), [1, 0, -5, 0, 3 + 6 * 4 + 16]),
        ]
        for (kernel, expected) in series {
            let k = kernel.derivatives(at: 0)
            for order in 0...4 { #expect(abs(k[order] - expected[order]) < 1e-12) }
        }
        let matern = Matern32Kernel(lengthScale: 1).derivatives(at: 0)
        #expect(matern[0] == 1 && abs(matern[2] + 3) < 1e-12 && abs(matern[3] - 6 * 3.squareRoot()) < 1e-12)
    }

    @Test(arguments: kernels.indices) func `the spectral density's cosine integral is the kernel`(_ index: Int) {
        let kernel = Self.kernels[index]
        // That of a periodic kernel is a series of spikes.
        #expect((kernel.spectralDensity(at: 0) == nil) == (kernel is PeriodicKernel))
        guard !(kernel is PeriodicKernel) else { return }
        let step = 0.01
        for z in [0.2, 1.1] {
            let sum = (-40000...40000).reduce(0.0) {
                let frequency = Double($1) * step
                return $0 + step * kernel.spectralDensity(at: frequency)! * cos(frequency * z)
            }
            #expect(abs(sum - kernel.value(at: z)) < 1e-7)
        }
    }
}
