/// Samples that somebody else stored: what they are, and one after the other.
package protocol SampleSource: Sendable {
    /// The file or folder.
    var path: String { get }
    /// The layout in words.
    var layout: String { get }
    /// What the samples have in common.
    var description: DatasetDescription { get }
    /// How many samples there are.
    var sampleCount: Int { get }
    /// The samples of every split; empty where the source knows of none.
    var splits: [Split: Range<Int>] { get }
    /// What is odd about the source and was put right when it was opened.
    var remarks: [String] { get }
    /// The file of a sample and its place in it.
    func place(of sample: Int) -> (path: String, row: Int)
    /// One sample: fields, particles and numbers of the description.
    /// - Throws: `DataError` when it cannot be read; whether its values are sound is the caller's to look at.
    func sample(_ number: Int) throws(DataError) -> Sample
    /// Reads samples that are asked for next, where reading several in one pass is faster than one after the other.
    func prepare(_ numbers: [Int]) throws(DataError)
    /// How many samples to prepare at once.
    var preparedCount: Int { get }
}

extension SampleSource {
    package func prepare(_ numbers: [Int]) throws(DataError) {}
    package var preparedCount: Int { 1 }

    /// The fingerprint of where a sample begins and what it follows: first frames, constant fields, inputs.
    package func initialState(of sample: Sample) -> UInt64 {
        var parts: [ArraySlice<Float>] = zip(description.fields, sample.fields).map { field, values in
            values.prefix(values.count / (field.isTimeVarying ? max(1, description.times.count) : 1))
        }
        parts.append(ArraySlice(description.inputs.flatMap { sample.scalars[$0.name] ?? [] }.map { Float($0) }))
        return fingerprint(of: parts.flatMap { $0 })
    }
}
