import Glibc

/// One axis of a plot: what it is called, how it is divided, which values it spans.
public struct Axis: Hashable, Sendable {
    /// How values turn into lengths.
    public enum Scale: Hashable, Sendable {
        /// Equal differences are equally long.
        case linear
        /// Equal ratios are equally long; values must be positive.
        case logarithmic
    }

    /// A mark on the axis.
    public struct Tick: Hashable, Sendable {
        /// Where it stands.
        public let value: Double
        /// What is written there; empty for a minor mark.
        public let label: String
    }

    /// The text beside the axis.
    public var label: String
    /// How values turn into lengths.
    public var scale: Scale
    /// The values at its two ends; nil lets the data decide.
    public var range: ClosedRange<Double>?

    /// An axis; without a range it fits the data.
    public init(_ label: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
        self.label = label
        self.scale = scale
        self.range = range
    }

    /// The axis with a range: its own, or the extent of `values` widened by `padding` of its length at both ends.
    ///
    /// Values that the scale cannot show (NaN, infinite, not positive on a logarithmic axis) are passed over; without any
    /// value left the range is 0…1, or 1…10 on a logarithmic axis.
    public func fitted<Values: Sequence<Double>>(to values: Values, padding: Double = 0) -> Axis {
        var axis = self
        if let range, range.upperBound > range.lowerBound, canShow(range.lowerBound), canShow(range.upperBound) {
            return axis
        }
        var low = Double.infinity
        var high = -Double.infinity
        if let range {
            low = canShow(range.lowerBound) ? range.lowerBound : low
            high = canShow(range.upperBound) ? range.upperBound : high
        }
        for value in values where canShow(value) {
            low = min(low, value)
            high = max(high, value)
        }
        guard low <= high else {
            axis.range = scale == .linear ? 0...1 : 1...10
            return axis
        }
        var (from, to) = (transformed(low), transformed(high))
        if to - from <= 1e-12 * max(abs(from), abs(to)) {
            let room = scale == .logarithmic ? 0.5 : max(0.5 * abs(from), 1e-300) + (from == 0 ? 1 : 0)
            (from, to) = (from - room, to + room)
        } else {
            let room = padding * (to - from)
            (from, to) = (from - room, to + room)
        }
        axis.range = scale == .linear ? from...to : pow(10, from)...pow(10, to)
        return axis
    }

    /// The place of `value` on the axis: 0 at its lower end, 1 at its upper end; NaN if the scale cannot show it.
    public func position(of value: Double) -> Double {
        guard canShow(value) else { return .nan }
        let span = fitted(to: EmptyCollection()).range!
        let from = transformed(span.lowerBound)
        return (transformed(value) - from) / (transformed(span.upperBound) - from)
    }

    /// Marks inside the range at round values, at most `count` (2 or more) of them labelled.
    public func ticks(atMost count: Int) -> [Tick] {
        let span = fitted(to: EmptyCollection()).range!
        let most = max(count, 2)
        return switch scale {
        case .linear: Axis.linearTicks(span, most)
        case .logarithmic: Axis.logarithmicTicks(span, most)
        }
    }

    func canShow(_ value: Double) -> Bool { value.isFinite && (scale == .linear || value > 0) }

    private func transformed(_ value: Double) -> Double { scale == .linear ? value : log10(value) }

    /// Steps of 1, 2 or 5 times a power of ten.
    private static func linearTicks(_ span: ClosedRange<Double>, _ most: Int) -> [Tick] {
        let length = span.upperBound - span.lowerBound
        guard length > 0, length.isFinite else { return [] }
        var exponent = Int(log10(length / Double(most)).rounded(.down))
        let slack = 1e-9 * length
        for _ in 0..<4 {
            for multiple in [1.0, 2, 5] {
                let step = exponent >= 0 ? multiple * pow(10, Double(exponent)) : multiple / pow(10, Double(-exponent))
                let first = ((span.lowerBound - slack) / step).rounded(.up)
                let last = ((span.upperBound + slack) / step).rounded(.down)
                guard first.isFinite, last.isFinite, last - first < Double(most) else { continue }
                let largest = max(abs(first), abs(last)) * step
                let digits = max(1, Int(log10(max(largest, step) / step * multiple * 1.0001).rounded(.down)) + 1)
                // One notation for all marks of an axis.
                let isPlain = largest < 99_999 && largest >= 0.0099
                return stride(from: first, through: last, by: 1).map {
                    let value = exponent >= 0 ? $0 * step : $0 * multiple / pow(10, Double(-exponent))
                    return Tick(
                        value: value,
                        label: NumberText.text(value, digits: digits, notation: isPlain ? .positional : .scientific))
                }
            }
            exponent += 1
        }
        return []
    }

    /// Decades with minor marks between, or within about a decade 1-2-5 (or all nine) labelled in full.
    private static func logarithmicTicks(_ span: ClosedRange<Double>, _ most: Int) -> [Tick] {
        let slack = 1e-9
        let (low, high) = (log10(span.lowerBound), log10(span.upperBound))
        let first = Int((low - slack).rounded(.up))
        let last = Int((high + slack).rounded(.down))
        func inside(_ v: Double) -> Bool { (low - slack...high + slack).contains(log10(v)) }
        func value(_ digit: Int, _ exponent: Int) -> Double {
            exponent >= 0 ? Double(digit) * pow(10, Double(exponent)) : Double(digit) / pow(10, Double(-exponent))
        }
        let decades = (first - 1)...max(last, first - 1)
        if last - first >= 1 {
            let every = max(1, (last - first + most) / most)
            var ticks: [Tick] = []
            for exponent in decades {
                for digit in 1...9 where inside(value(digit, exponent)) {
                    if digit > 1 && every > 1 { continue }
                    let named = digit == 1 && exponent % every == 0
                    ticks.append(
                        Tick(value: value(digit, exponent), label: named ? NumberText.powerOfTen(exponent) : ""))
                }
            }
            return ticks
        }
        for digits in [[1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]] {
            let values = decades.flatMap { exponent in digits.map { value($0, exponent) } }.filter(inside)
            if values.count >= 2 {
                let every = (values.count + most - 1) / most
                return values.enumerated().map {
                    Tick(value: $1, label: $0 % every == 0 ? NumberText.short($1, digits: 1) : "")
                }
            }
        }
        return linearTicks(span, most)
    }
}
