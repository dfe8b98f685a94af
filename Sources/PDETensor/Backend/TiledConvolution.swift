import PDECore

/// A convolution with 3 weights an axis by minimal filtering: see `TileScalar`. A tile of 4 results takes 6 multiplications instead of
/// 12, one of 4 × 4 takes 36 instead of 144; along the first of three axes the sums are direct.
///
/// The input may be several fields with their channels behind each other, some of half the points, which are then seen twice along
/// every axis without being stored so.
struct TiledConvolution {
    let geometry: ConvolutionGeometry
    let fields: [TiledField]
    let outputs: Int
    /// Whether tiles are 4 × 4.
    let isPlane: Bool
    /// Matrices of a tile.
    let parts: Int
    /// Channels of all fields.
    private let inputs: Int
    /// Panels of the matrices of values, and of results.
    let inputPanels, outputPanels: Int
    /// Channels in a panel.
    private let lanes: Int
    private let rows, columns: TileAxis
    /// Rows of tiles in all samples and planes.
    private let allRows: Int
    /// Rows of tiles, or tiles of one row, in a piece of work.
    private let rowsAtOnce, columnsAtOnce: Int

    /// Nil where direct sums do as well, or the shape is another.
    ///
    /// - Parameter fields: channels of each field, and whether it has half the points along every axis.
    init?(
        _ geometry: ConvolutionGeometry, samples: Int, fields: [(channels: Int, isCoarse: Bool)], outputs: Int,
        lanes: Int
    ) {
        let kernel = [[3, 3, 3], [1, 3, 3], [1, 1, 3]][geometry.firstAxis]
        guard geometry.kernel == kernel, geometry.stride == [1, 1, 1], outputs >= 8,
            fields.allSatisfy({ $0.channels >= 8 })
        else { return nil }
        isPlane = geometry.firstAxis < 2
        rows = isPlane ? TileAxis(geometry, axis: 1) : TileAxis()
        columns = TileAxis(geometry, axis: 2)
        guard rows.waste * columns.waste <= (isPlane ? 4 : 1.5) else { return nil }
        self.geometry = geometry
        self.fields = fields.map {
            TiledField(geometry, channels: $0.channels, isCoarse: $0.isCoarse, lanes: lanes)
        }
        self.outputs = outputs
        self.lanes = lanes
        parts = isPlane ? 36 : 6
        inputs = fields.reduce(0) { $0 + $1.channels }
        inputPanels = geometry.kernel[0] * self.fields.reduce(0) { $0 + $1.panels }
        outputPanels = (outputs + lanes - 1) / lanes
        allRows = samples * geometry.outputs[0] * rows.count
        // Factors and results of the products take part of a second-level cache; but where they are large, and the weights with them,
        // those should not be read too often.
        let most = max(24, 6144 / (parts * (inputPanels + outputPanels)))
        let splits = (columns.count + most - 1) / most
        columnsAtOnce = (columns.count + splits - 1) / splits
        rowsAtOnce = splits > 1 ? 1 : most / columns.count
    }

    // MARK: Matrices

    /// From a matrix to the next, for so many tiles: a line of cache more than it has, so that they do not fall together there.
    func part(_ panels: Int, _ tiles: Int) -> Int { (panels * tiles + 1) * lanes }
    /// From a panel of weights, [input][output], to the next, and from a matrix of them.
    var weightPanel: Int { inputPanels * lanes * lanes }
    var weightPart: Int { outputPanels * weightPanel + lanes }

    // MARK: Pieces of work

    private var splits: Int { (columns.count + columnsAtOnce - 1) / columnsAtOnce }
    /// Number of pieces, and of rows of pieces.
    var pieces: Int { splits * ((allRows + rowsAtOnce - 1) / rowsAtOnce) }
    /// The most tiles of a piece.
    var tilesAtOnce: Int { rowsAtOnce * columnsAtOnce }
    /// Operations of a piece, in the units of `CPUBackend.forEach`.
    var cost: Int { tilesAtOnce * parts * inputPanels * outputPanels * lanes }

    /// Some tiles of some rows, which lie behind each other in the matrices.
    struct Piece {
        let rows, columns: Range<Int>
        var tiles: Int { rows.count * columns.count }
    }

    func piece(_ index: Int) -> Piece {
        let (row, column) = (index / splits * rowsAtOnce, index % splits * columnsAtOnce)
        return Piece(
            rows: row..<min(allRows, row + rowsAtOnce), columns: column..<min(columns.count, column + columnsAtOnce))
    }

    /// Calls `body` for each row of a piece with its place in the piece, its plane of results in all samples, and its row there.
    private func forRows(_ piece: Piece, _ body: (_ place: Int, _ plane: Int, _ row: Int) -> Void) {
        for (index, row) in piece.rows.enumerated() {
            body(index * piece.columns.count * lanes, row / rows.count, row % rows.count)
        }
    }

    /// The first value of a plane of results.
    private func start(_ plane: Int) -> Int { plane * geometry.outputs[1] * geometry.outputs[2] * outputs }

    // MARK: From fields to matrices and back

    /// v ← Bᵀ d B for a piece's tiles, in matrices for `tiles` tiles.
    func fill<Scalar: Real>(
        _ piece: Piece, _ x: [UnsafePointer<Scalar>], into v: UnsafeMutablePointer<Scalar>, of tiles: Int
    ) {
        let (part, panel) = (part(inputPanels, tiles), tiles * lanes)
        forRows(piece) { place, plane, row in
            var v = v + place
            for tap in 0..<geometry.kernel[0] {
                let depth = plane % geometry.outputs[0] + tap * geometry.dilation[0]
                for (field, x) in zip(fields, x) {
                    field.fill(
                        x, sample: plane / geometry.outputs[0], depth: depth, row: row, columns: piece.columns,
                        isPlane: isPlane, into: v, part: part, panel: panel)
                    v += field.panels * panel
                }
            }
        }
    }

    /// z ← A g Aᵀ for the derivatives g of a piece's results, in matrices for `tiles` tiles.
    func fillSlopes<Scalar: Real>(
        _ piece: Piece, _ g: UnsafePointer<Scalar>, into z: UnsafeMutablePointer<Scalar>, of tiles: Int
    ) {
        let (part, panel) = (part(outputPanels, tiles), tiles * lanes)
        forRows(piece) { place, plane, row in
            withResults(row, piece) { rows, columns in
                Scalar.tileSlopes(
                    g + start(plane), line: geometry.outputs[2] * outputs, rows: rows, columns: columns,
                    tiles: piece.columns.count, channels: outputs, isPlane: isPlane, into: z + place, part: part,
                    panel: panel)
            }
        }
    }

    /// y ← Aᵀ m A, plus a bias, for a piece's tiles.
    func empty<Scalar: Real>(
        _ piece: Piece, _ m: UnsafePointer<Scalar>, of tiles: Int, bias: UnsafePointer<Scalar>?,
        into y: UnsafeMutablePointer<Scalar>
    ) {
        empty(piece, m, of: tiles, bias: bias, into: y, channels: 0..<outputs, sumsPairs: false)
    }

    /// Some of the output `channels`, from a panel's first on, to fields of their own, and if it `sumsPairs`, of half the points along every
    /// axis, each the sum of those that it stands for.
    func empty<Scalar: Real>(
        _ piece: Piece, _ m: UnsafePointer<Scalar>, of tiles: Int, bias: UnsafePointer<Scalar>?,
        into y: UnsafeMutablePointer<Scalar>, channels: Range<Int>, sumsPairs: Bool
    ) {
        let (step, count) = (sumsPairs ? 2 : 1, channels.count)
        let line = geometry.outputs[2] / step * count
        let height = geometry.outputs[1] / (isPlane ? step : 1)
        let m = m + channels.lowerBound * tiles
        forRows(piece) { place, plane, row in
            withResults(row, piece) { rows, columns in
                Scalar.tileResults(
                    m + place, part: part(outputPanels, tiles), panel: tiles * lanes, bias: bias,
                    into: y + plane * height * line, line: line, rows: rows, columns: columns,
                    tiles: piece.columns.count, channels: count, isPlane: isPlane, sumsPairs: sumsPairs)
            }
        }
    }

    private func withResults(
        _ row: Int, _ piece: Piece, _ body: (_ rows: UnsafePointer<Int>, _ columns: UnsafePointer<Int>) -> Void
    ) {
        rows.results.withUnsafeBufferPointer { rows in
            columns.results.withUnsafeBufferPointer { columns in
                body(
                    rows.baseAddress! + row * (isPlane ? 4 : 1), columns.baseAddress! + 4 * piece.columns.lowerBound)
            }
        }
    }

    // MARK: Weights

    /// The first row of a panel of inputs among the weights, [taps][in][out], and its channels.
    private func inputPanel(_ index: Int) -> (first: Int, channels: Int) {
        let ofTap = inputPanels / geometry.kernel[0]
        let tap = index / ofTap
        var (panel, first) = (index % ofTap, tap * geometry.kernel[1] * geometry.kernel[2] * inputs)
        for field in fields {
            if panel < field.panels {
                return (first + panel * lanes, min(lanes, field.channels - panel * lanes))
            }
            panel -= field.panels
            first += field.channels
        }
        preconditionFailure("panel \(index) of \(inputPanels)")
    }

    /// u ← G w Gᵀ for one panel of inputs.
    func transformWeights<Scalar: Real>(_ panel: Int, _ w: UnsafePointer<Scalar>, into u: UnsafeMutablePointer<Scalar>)
    {
        let (first, channels) = inputPanel(panel)
        let u = u + panel * lanes * lanes
        Scalar.tileWeights(
            w + first * outputs, plane: inputs * outputs, inputs: channels, outputs: outputs, isPlane: isPlane, into: u,
            part: weightPart, panel: weightPanel)
        guard channels < lanes else { return }
        // No channels: zeros, as their values are.
        for part in 0..<parts {
            for output in 0..<outputPanels {
                (u + part * weightPart + output * weightPanel + channels * lanes)
                    .update(repeating: 0, count: (lanes - channels) * lanes)
            }
        }
    }

    /// w ← Gᵀ u G for one panel of inputs.
    func transformWeightsBack<Scalar: Real>(
        _ panel: Int, _ u: UnsafePointer<Scalar>, into w: UnsafeMutablePointer<Scalar>
    ) {
        let (first, channels) = inputPanel(panel)
        Scalar.tileWeightSlopes(
            u + panel * lanes * lanes, part: weightPart, panel: weightPanel, into: w + first * outputs,
            plane: inputs * outputs, inputs: channels, outputs: outputs, isPlane: isPlane)
    }

    // MARK: Products

    /// m ← v u, for the matrices of `tiles` tiles.
    func multiply<Scalar: Real>(
        _ v: UnsafePointer<Scalar>, _ u: UnsafePointer<Scalar>, into m: UnsafeMutablePointer<Scalar>, tiles: Int
    ) {
        for index in 0..<parts {
            Scalar.tileProduct(
                v + index * part(inputPanels, tiles), panel: tiles * lanes, panels: inputPanels, u + index * weightPart,
                panel: weightPanel, into: m + index * part(outputPanels, tiles), panel: tiles * lanes, tiles: tiles,
                panels: outputPanels)
        }
    }

    /// u ← vᵀ z, or u + vᵀ z, for one of the matrices of `room` tiles, of which the first `tiles` are there.
    func correlate<Scalar: Real>(
        _ index: Int, _ v: UnsafePointer<Scalar>, _ z: UnsafePointer<Scalar>, into u: UnsafeMutablePointer<Scalar>,
        tiles: Int, of room: Int, adds: Bool
    ) {
        Scalar.tileCorrelation(
            v + index * part(inputPanels, room), panel: room * lanes, panels: inputPanels,
            z + index * part(outputPanels, room), panel: room * lanes, panels: outputPanels,
            into: u + index * weightPart, panel: weightPanel, tiles: tiles, adds: adds)
    }
}
