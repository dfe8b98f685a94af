import PDECore
import PDETensor
import Testing

/// Pooling, upsampling and picking along axes: known values and derivatives.
@Suite struct ResamplingTests {
    let cpu = CPUBackend(threads: 2)

    private func line(_ values: [Double]) -> Tensor<Double> { Tensor(values, shape: [1, values.count, 1], on: cpu) }

    @Test func knownValuesOnALine() {
        let x = line([1, 3, 2, 8, 5])
        #expect(x.averagePooled(2).values == [2, 5])
        #expect(x.averagePooled(3, stride: 1).values == [2, 13.0 / 3, 5])
        #expect(x.maximumPooled(2).values == [3, 8])
        #expect(x.maximumPooled(3, stride: 2).values == [3, 8])
        #expect(x.upsampled(by: 2).values == [1, 1, 3, 3, 2, 2, 8, 8, 5, 5])
        let short = line([0, 4])
        #expect(short.upsampled(by: 2, .linear, ends: .replicate).values == [0, 1, 3, 4])
        #expect(short.upsampled(by: 2, .linear, ends: .periodic).values == [1, 1, 3, 3])
        #expect(short.upsampled(by: 2, .linear, ends: .zero).values == [0, 1, 3, 3])
        #expect(line([0, 3]).upsampled(by: 3, .linear).values == [0, 0, 1, 2, 3, 3])
        #expect(x.gathered([4, 0, 4], along: 1).values == [5, 1, 5])
        #expect(line([1, 2, 4]).scattered([3, 0, 3], count: 5, along: 1).values == [2, 0, 0, 5, 0])
    }

    @Test func knownValuesOnAPlane() {
        let x = Tensor<Double>((0..<16).map(Double.init), shape: [1, 4, 4, 1], on: cpu)
        #expect(x.averagePooled(2).values == [2.5, 4.5, 10.5, 12.5])
        #expect(x.maximumPooled(2).values == [5, 7, 13, 15])
        #expect(x.averagePooled(2).upsampled(by: 2).averagePooled(2).values == [2.5, 4.5, 10.5, 12.5])
        #expect(x.upsampled(by: 2).shape == [1, 8, 8, 1])
    }

    @Test func upsamplingLinearlyIsExactForStraightLinesInside() {
        let x = line((0..<8).map(Double.init))
        let fine = x.upsampled(by: 4, .linear).values
        for j in 2..<30 { #expect(abs(fine[j] - ((Double(j) + 0.5) / 4 - 0.5)) < 1e-14) }
    }

    @Test func derivatives() {
        let x = random([2, 6, 4, 3], "operand", on: cpu)
        expectDerivatives(at: [x], "average") { $0[0].averagePooled(2).squared }
        expectDerivatives(at: [x], "average, overlapping") { $0[0].averagePooled(3, stride: 1).squared }
        expectDerivatives(at: [x], "maximum") { $0[0].maximumPooled(2).squared }
        let wide = random([2, 4, 70], "operand", on: cpu)
        expectDerivatives(at: [wide], "maximum of many") { $0[0].maximumPooled(2).squared }
        // At a tie the derivative is shared, in both directions.
        let tie = Tensor<Double>([2, 2, 1], shape: [3], on: cpu).variable
        #expect(tie.maximum(along: 0).gradient(withRespectTo: [tie])[0].values == [0.5, 0.5, 0])
        let direction = Tensor<Double>([1, 4, 7], shape: [3], on: cpu)
        #expect(tie.maximum(along: 0).tangent(along: [(tie, direction)]).item == 2.5)
        expectDerivatives(at: [x], "maximum, overlapping") { $0[0].maximumPooled(3, stride: 1).squared }
        for interpolation in Interpolation.allCases {
            for ends in Padding.allCases {
                expectDerivatives(at: [x], "\(interpolation), \(ends)") {
                    $0[0].upsampled(by: 3, interpolation, ends: ends).squared
                }
            }
        }
        expectDerivatives(at: [x], "gather") { $0[0].gathered([5, 0, 5, 2], along: 1).squared }
        expectDerivatives(at: [x], "scatter") { $0[0].scattered([7, 0, 7, 2], count: 9, along: 2).squared }
    }

    @Test func softmaxes() {
        let x = random([3, 5, 2], "operand", on: cpu)
        for axis in 0..<3 {
            let sums = x.softmax(along: axis).sum(along: [axis]).values
            #expect(sums.allSatisfy { abs($0 - 1) < 1e-14 })
            expectDerivatives(at: [x], "softmax \(axis)") { $0[0].softmax(along: axis).squared }
            expectDerivatives(at: [x], "log softmax \(axis)") { $0[0].logSoftmax(along: axis).squared }
        }
        // Columns beyond what is worked on at once, against what it means.
        let wide = random([2, 3, 130], "operand", on: cpu)
        for axis in 0..<3 {
            let powers = wide.exponential
            let expected = powers / powers.sum(along: [axis], keepingAxes: true)
            #expect((wide.softmax(along: axis) - expected).magnitude.values.max()! < 1e-14)
            expectDerivatives(at: [wide], "softmax \(axis) of many") { $0[0].softmax(along: axis).squared }
        }
        let far = Tensor<Double>([1000, 1001], shape: [2], on: cpu)
        let e = 2.718281828459045
        #expect(abs(far.softmax(along: 0).values[1] - e / (1 + e)) < 1e-14)
        #expect(abs(far.logSoftmax(along: 0).values[0] + 1.3132616875182228) < 1e-13)
    }
}
