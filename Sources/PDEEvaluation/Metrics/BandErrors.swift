import Glibc

/// What a frame's spectra say about its errors.
struct BandErrors {
    /// The nRMSE of the low, the middle and the high third, each against the truth's energy in that third; nil where the
    /// truth has none to speak of.
    var relative: [Double?] = []
    /// The mean over the shells of the high third of |log10(E_prediction/E_truth)|: 1 is a factor of ten in energy.
    var highDecades: Double?

    /// Single-precision round-off fills every shell with about 1e-14 of the energy; what lies not well above is noise.
    static let floor = 1e-10

    init(_ spectrum: FieldSpectrum) {
        let shells = spectrum.shells
        let total = spectrum.truth.reduce(0, +)
        relative = shells.bands.map { band in
            let energy = spectrum.truth[band].reduce(0, +)
            guard energy > Self.floor * total else { return nil }
            return (spectrum.error[band].reduce(0, +) / energy).squareRoot()
        }
        let limit = Self.floor * total / Double(max(1, shells.resolvedCount))
        var (sum, count) = (0.0, 0)
        for shell in shells.bands[2] where spectrum.truth[shell] > limit {
            // A shell that the prediction leaves empty counts as if it held what round-off would put there.
            let ratio = max(spectrum.prediction[shell], 1e-14 * total) / spectrum.truth[shell]
            sum += abs(log10(ratio))
            count += 1
        }
        highDecades = count > 0 ? sum / Double(count) : nil
    }
}
