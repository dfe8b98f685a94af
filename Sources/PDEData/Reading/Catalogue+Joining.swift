/// Several datasets that are read as one.
extension Catalogue {
    /// The number of every sample that says which of several datasets, from 0, it is of.
    package static let datasetNumber = "dataset"

    /// The catalogue of several datasets together: the fields, axes and times of the first, the numbers that all have, and
    /// `datasetNumber` beside them.
    /// - Throws: as for one; `DataError.corrupt` for the first dataset that does not fit to those before.
    package init(joining paths: [String]) throws(DataError) {
        precondition(!paths.isEmpty, "paths: expected at least one")
        self = try Catalogue(of: paths[0])
        guard paths.count > 1 else { return }
        mark(0)
        for (place, path) in paths.enumerated().dropFirst() {
            var other = try Catalogue(of: path)
            other.mark(place)
            try join(other)
        }
    }

    private mutating func mark(_ place: Int) {
        for shard in shards.indices {
            for sample in shards[shard].difficulty.indices {
                shards[shard].difficulty[sample][Self.datasetNumber] = Double(place)
            }
        }
    }

    private mutating func join(_ other: Catalogue) throws(DataError) {
        func moving(_ description: DatasetDescription) -> [FieldDescription] {
            description.fields.filter(\.isTimeVarying).map {
                FieldDescription(name: $0.name, order: $0.order, summary: "")
            }
        }
        let (own, others) = (description, other.description)
        let difference: String? =
            own.dimensions != others.dimensions
            ? "its axes"
            : own.times != others.times
                ? "its times"
                : moving(own) != moving(others)
                    ? "the fields that vary in time" : own.isPeriodic != others.isPeriodic ? "its boundaries" : nil
        if let difference {
            throw .corrupt(
                path: other.path, problem: "\(difference) are not those of \(path), and both are to be read as one",
                remedy: "Make both with the same frames, resolution and box.")
        }
        description.fields = own.fields.compactMap { field in
            guard let twin = others.fields.first(where: { $0.name == field.name && $0.order == field.order }) else {
                return nil
            }
            var field = field
            // What one dataset's samples share another's have each for themselves.
            if !field.isSampleVarying || !twin.isSampleVarying {
                (field.isSampleVarying, field.uniformValue) = (true, nil)
            }
            return field
        }
        func common(_ own: [ScalarDescription], _ others: [ScalarDescription]) -> [ScalarDescription] {
            own.filter { number in others.contains { $0.name == number.name } }
        }
        description.parameters = common(own.parameters, others.parameters)
        description.scalars = common(own.scalars, others.scalars)
        description.diagnostics = own.diagnostics.map { common($0, others.diagnostics ?? []) }
        shards += other.shards
        failed.merge(other.failed, uniquingKeysWith: +)
        fingerprint = Self.fingerprint(of: "\(fingerprint)\n\(other.fingerprint)")
        moments = []
        isForeign = isForeign || other.isForeign
    }
}
