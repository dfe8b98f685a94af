import PDEData
import Testing

/// The layouts of PDEBench's published files.
@Suite struct PDEBenchFileTests {
    private let root: TemporaryFolder

    init() throws { root = try TemporaryFolder() }

    private func open(_ build: (HDF5Object) throws -> Void) throws -> any SampleSource {
        try ForeignFiles.write(root.file("a.hdf5"), build)
        guard case .samples(let source) = try ForeignData.open(root.file("a.hdf5")) else {
            throw DataError.description(name: "a", problem: "no samples")
        }
        return source
    }

    private func put(_ name: String, _ extents: [Int], _ kind: Int, in group: HDF5Object) throws {
        try group.createDataset(name, .float, extents).write(values(extents, kind), .float)
    }

    private func values(_ extents: [Int], _ kind: Int) -> [Float] {
        (0..<extents.reduce(1, *)).map { ForeignFiles.value(3, $0, kind) }
    }

    private func line(_ name: String, _ count: Int, _ step: Float, in group: HDF5Object) throws {
        try group.createDataset(name, .float, [count]).write((0..<count).map { Float($0) * step }, .float)
    }

    /// Burgers, advection: the published files have one time too many.
    @Test func aScalarOnALine() throws {
        let source = try open { root in
            try put("tensor", [2, 4, 8], 0, in: root)
            try line("x-coordinate", 8, 0.125, in: root)
            try line("t-coordinate", 5, 0.05, in: root)
            try root.attach(0.01, as: "Nu")
        }
        #expect(source.layout == "PDEBench's layout: one array `tensor`" && source.sampleCount == 2)
        #expect(source.remarks == ["'t-coordinate' has one entry more than there are frames; the last is left out"])
        #expect(source.description.fields.map(\.name) == ["u"] && source.description.times.count == 4)
        #expect(source.description.dimensions[0].length == 1)
        let all = values([2, 4, 8], 0)
        for sample in 0..<2 {
            #expect(try source.sample(sample).fields == [Array(all[sample * 32..<sample * 32 + 32])])
            #expect(try source.sample(sample).scalars == ["Nu": [0.01]])
        }
        #expect(try Verification(of: source).isSound)
    }

    @Test(arguments: [1, 2, 3]) func compressibleFlow(_ rank: Int) throws {
        let space = Array([4, 3, 2].prefix(rank))
        let extents = [2, 3] + space
        let source = try open { root in
            for (kind, name) in (["density", "pressure"] + ["Vx", "Vy", "Vz"].prefix(rank)).enumerated() {
                try put(name, extents, kind, in: root)
            }
            for (letter, points) in zip(["x", "y", "z"], space) {
                try line("\(letter)-coordinate", points, 0.25, in: root)
            }
            try line("t-coordinate", 3, 0.1, in: root)
        }
        #expect(source.description.fields.map(\.order) == [0, 0, 1] && source.description.resolution == space)
        let size = 3 * space.reduce(1, *)
        let sample = try source.sample(1)
        for kind in 0..<2 { #expect(sample.fields[kind] == Array(values(extents, kind)[size..<2 * size])) }
        let components = (0..<rank).map { Array(values(extents, 2 + $0)[size..<2 * size]) }
        #expect(sample.fields[2] == (0..<size).flatMap { place in components.map { $0[place] } })
    }

    /// Diffusion and reaction, shallow water: a group a sample.
    @Test func aGroupASample() throws {
        let source = try open { root in
            for sample in 0..<3 {
                let group = try root.createGroup("000\(sample)")
                try put("data", [4, 3, 2, 2], sample, in: group)
                let grid = try group.createGroup("grid")
                for (name, count) in [("x", 3), ("y", 2), ("t", 4)] { try line(name, count, 0.5, in: grid) }
            }
        }
        #expect(source.sampleCount == 3 && source.description.fields.map(\.name) == ["u0", "u1"])
        for sample in 0..<3 {
            let all = values([4, 3, 2, 2], sample)
            for channel in 0..<2 {
                #expect(
                    try source.sample(sample).fields[channel] == stride(from: channel, to: 48, by: 2).map { all[$0] })
            }
        }
    }

    @Test func darcyFlow() throws {
        let source = try open { root in
            try put("tensor", [2, 1, 4, 3], 0, in: root)
            try put("nu", [2, 4, 3], 1, in: root)
            try line("x-coordinate", 4, 0.25, in: root)
            try line("y-coordinate", 3, 0.25, in: root)
            try root.attach(1.0, as: "beta")
        }
        #expect(source.description.times == [0])
        #expect(source.description.fields.map(\.isTimeVarying) == [true, false])
        let sample = try source.sample(1)
        #expect(sample.fields == [Array(values([2, 1, 4, 3], 0)[12...]), Array(values([2, 4, 3], 1)[12...])])
    }

    @Test func whatIsNotAsPublishedIsRefusedWithNumbers() throws {
        let short = try #require(
            #expect(throws: DataError.self) {
                _ = try open { root in
                    try put("tensor", [2, 4, 8], 0, in: root)
                    try line("x-coordinate", 9, 0.125, in: root)
                    try line("t-coordinate", 4, 0.05, in: root)
                }
            })
        #expect("\(short)".contains("'x-coordinate' has 9 entries, and the data 8 points along it"))
        let none = try #require(
            #expect(throws: DataError.self) { _ = try open { root in try put("tensor", [2, 4, 8], 0, in: root) } })
        #expect("\(none)".contains("it has no 'x-coordinate'") && "\(none)".contains("--dataset NAME"))
    }

    @Test func aFileThatWasCutOffIsCalledSo() throws {
        try ForeignFiles.write(root.file("c.h5")) { root in try put("u", [5, 4, 3], 0, in: root) }
        let bytes = try FileSystem.read(root.file("c.h5"))
        try AtomicFile.write(Array(bytes.dropLast(100)), to: root.file("c.h5"))
        let cut = try #require(#expect(throws: DataError.self) { _ = try ForeignData.open(root.file("c.h5")) })
        #expect("\(cut)".contains("this HDF5 file cannot be opened") && "\(cut)".contains("It was cut off"))
        try AtomicFile.write("no such thing", to: root.file("c.h5"))
        let text = try #require(#expect(throws: DataError.self) { _ = try ForeignData.open(root.file("c.h5")) })
        #expect("\(text)".contains("this is neither HDF5 nor a NumPy array"))
    }

    @Test func otherArraysAreListed() throws {
        try ForeignFiles.write(root.file("b.h5")) { root in
            try put("u", [5, 4, 3], 0, in: root)
            try put("a", [3], 0, in: root.createGroup("more"))
        }
        guard case .arrays(let arrays) = try ForeignData.open(root.file("b.h5")) else {
            Issue.record("samples")
            return
        }
        #expect(arrays.map(\.shape) == [[3], [5, 4, 3]] && arrays.map(\.type) == ["float32", "float32"])
        #expect(arrays[0].name.hasSuffix("b.h5:more/a"))
    }
}
