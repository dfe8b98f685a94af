/// Sums over the points of one channel, of which mean, energy, error and correlation are made.
///
/// Values are taken as their distance from a shift near the channel's mean, so that a pressure of 1000 ± 1 keeps its
/// fluctuations' digits.
struct PointSums {
    /// Σ(t−s), Σ(p−s), Σ(t−s)², Σ(p−s)², Σ(p−t)² for the truth t, the prediction p and the shift s.
    var truth = 0.0, prediction = 0.0, truthSquared = 0.0, predictionSquared = 0.0, errorSquared = 0.0

    private typealias Lanes = SIMD8<Float>

    /// Single precision is added up over stretches this long, double precision beyond.
    private static let stretch = 512

    /// The sums over `count` points of the prediction and, where there is one, the truth.
    init(
        truth: UnsafePointer<Float>?, prediction: UnsafePointer<Float>, count: Int, shift: Float
    ) {
        for start in Swift.stride(from: 0, to: count, by: Self.stretch) {
            let length = min(Self.stretch, count - start)
            if let truth {
                addBoth(truth + start, prediction + start, length, shift)
            } else {
                addPrediction(prediction + start, length, shift)
            }
        }
    }

    @inline(__always)
    private static func load(_ memory: UnsafePointer<Float>, _ i: Int) -> Lanes {
        UnsafeRawPointer(memory + i).loadUnaligned(as: Lanes.self)
    }

    private mutating func addBoth(
        _ t: UnsafePointer<Float>, _ p: UnsafePointer<Float>, _ count: Int, _ shift: Float
    ) {
        let s = Lanes(repeating: shift)
        var (sumT, sumP, sumTT, sumPP, sumEE) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        let whole = count & ~7
        var i = 0
        while i < whole {
            let (a, b) = (Self.load(t, i) - s, Self.load(p, i) - s)
            let e = b - a
            sumT += a
            sumP += b
            sumTT += a * a
            sumPP += b * b
            sumEE += e * e
            i &+= 8
        }
        truth += Double(sumT.sum())
        prediction += Double(sumP.sum())
        truthSquared += Double(sumTT.sum())
        predictionSquared += Double(sumPP.sum())
        errorSquared += Double(sumEE.sum())
        while i < count {
            let (a, b) = (Double(t[i] - shift), Double(p[i] - shift))
            truth += a
            prediction += b
            truthSquared += a * a
            predictionSquared += b * b
            errorSquared += (b - a) * (b - a)
            i &+= 1
        }
    }

    private mutating func addPrediction(_ p: UnsafePointer<Float>, _ count: Int, _ shift: Float) {
        let s = Lanes(repeating: shift)
        var (sumP, sumPP) = (Lanes.zero, Lanes.zero)
        let whole = count & ~7
        var i = 0
        while i < whole {
            let b = Self.load(p, i) - s
            sumP += b
            sumPP += b * b
            i &+= 8
        }
        prediction += Double(sumP.sum())
        predictionSquared += Double(sumPP.sum())
        while i < count {
            let b = Double(p[i] - shift)
            prediction += b
            predictionSquared += b * b
            i &+= 1
        }
    }
}
