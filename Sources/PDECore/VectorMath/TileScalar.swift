import CKernels

/// Convolutions of 3 weights an axis by minimal filtering, for tiles of 4 results along a line or 4 × 4 on a plane: F(4, 3).
///
/// The 6 or 36 places of a transformed tile each make a matrix, `part` values from the next, stored as panels: 64 bytes of
/// neighbouring channels for every tile, `panel` values from the next such channels, with zeros behind the last channel. Matrices
/// begin on 64-byte boundaries. Source and points of evaluation: see `tiles.c`.
public protocol TileScalar {
    /// Channels in a panel.
    static var tileLanes: Int { get }

    /// v ← Bᵀ d B for tiles of a field: `tiles` tiles beside each other, which see the lines `rows` (6, or 1 on a line) and, 6 a tile,
    /// the points `columns` of them; −1 stands for zeros, no field for zeros only.
    static func tileValues(
        _ x: UnsafePointer<Self>?, line: Int, rows: UnsafePointer<Int>, columns: UnsafePointer<Int>, tiles: Int,
        channels: Int, isPlane: Bool, into v: UnsafeMutablePointer<Self>, part: Int, panel: Int)

    /// z ← A g Aᵀ for the derivatives g of the tiles' results: the transpose of `tileResults`, 4 lines and 4 points a tile.
    static func tileSlopes(
        _ g: UnsafePointer<Self>, line: Int, rows: UnsafePointer<Int>, columns: UnsafePointer<Int>, tiles: Int,
        channels: Int, isPlane: Bool, into z: UnsafeMutablePointer<Self>, part: Int, panel: Int)

    /// y ← Aᵀ m A, plus a bias a channel: 4 lines and 4 points a tile, of which −1 are left out. If it `sumsPairs`, y has half the points
    /// along every axis, each the sum of two or four results.
    static func tileResults(
        _ m: UnsafePointer<Self>, part: Int, panel: Int, bias: UnsafePointer<Self>?,
        into y: UnsafeMutablePointer<Self>, line: Int, rows: UnsafePointer<Int>, columns: UnsafePointer<Int>,
        tiles: Int, channels: Int, isPlane: Bool, sumsPairs: Bool)

    /// u ← G w Gᵀ for weights [3][3][…], `plane` values apart, of which `inputs` × `outputs` are taken. Of a matrix, `panel` holds
    /// some outputs, row for row of the inputs.
    static func tileWeights(
        _ w: UnsafePointer<Self>, plane: Int, inputs: Int, outputs: Int, isPlane: Bool,
        into u: UnsafeMutablePointer<Self>, part: Int, panel: Int)

    /// w ← Gᵀ u G: the transpose of `tileWeights`.
    static func tileWeightSlopes(
        _ u: UnsafePointer<Self>, part: Int, panel: Int, into w: UnsafeMutablePointer<Self>, plane: Int, inputs: Int,
        outputs: Int, isPlane: Bool)

    /// m ← v u for one matrix of `tiles` rows: `vPanels` panels of inputs to `panels` of outputs.
    static func tileProduct(
        _ v: UnsafePointer<Self>, panel vPanel: Int, panels vPanels: Int, _ u: UnsafePointer<Self>, panel uPanel: Int,
        into m: UnsafeMutablePointer<Self>, panel mPanel: Int, tiles: Int, panels: Int)

    /// u ← vᵀ z, or u + vᵀ z, for one matrix of `tiles` rows.
    static func tileCorrelation(
        _ v: UnsafePointer<Self>, panel vPanel: Int, panels vPanels: Int, _ z: UnsafePointer<Self>, panel zPanel: Int,
        panels: Int, into u: UnsafeMutablePointer<Self>, panel uPanel: Int, tiles: Int, adds: Bool)
}

extension Float: TileScalar {
    /// See `TileScalar`.
    public static var tileLanes: Int { 16 }

    /// See `TileScalar`.
    public static func tileValues(
        _ x: UnsafePointer<Self>?, line: Int, rows: UnsafePointer<Int>, columns: UnsafePointer<Int>, tiles: Int,
        channels: Int, isPlane: Bool, into v: UnsafeMutablePointer<Self>, part: Int, panel: Int
    ) { ckernels_tile_values_f(x, line, rows, columns, tiles, channels, isPlane ? 1 : 0, v, part, panel) }

    /// See `TileScalar`.
    public static func tileSlopes(
        _ g: UnsafePointer<Self>, line: Int, rows: UnsafePointer<Int>, columns: UnsafePointer<Int>, tiles: Int,
        channels: Int, isPlane: Bool, into z: UnsafeMutablePointer<Self>, part: Int, panel: Int
    ) { ckernels_tile_slopes_f(g, line, rows, columns, tiles, channels, isPlane ? 1 : 0, z, part, panel) }

    /// See `TileScalar`.
    public static func tileResults(
        _ m: UnsafePointer<Self>, part: Int, panel: Int, bias: UnsafePointer<Self>?,
        into y: UnsafeMutablePointer<Self>, line: Int, rows: UnsafePointer<Int>, columns: UnsafePointer<Int>,
        tiles: Int, channels: Int, isPlane: Bool, sumsPairs: Bool
    ) {
        ckernels_tile_results_f(
            m, part, panel, bias, y, line, rows, columns, tiles, channels, isPlane ? 1 : 0, sumsPairs ? 1 : 0)
    }

    /// See `TileScalar`.
    public static func tileWeights(
        _ w: UnsafePointer<Self>, plane: Int, inputs: Int, outputs: Int, isPlane: Bool,
        into u: UnsafeMutablePointer<Self>, part: Int, panel: Int
    ) { ckernels_tile_weights_f(w, plane, inputs, outputs, isPlane ? 1 : 0, u, part, panel) }

    /// See `TileScalar`.
    public static func tileWeightSlopes(
        _ u: UnsafePointer<Self>, part: Int, panel: Int, into w: UnsafeMutablePointer<Self>, plane: Int, inputs: Int,
        outputs: Int, isPlane: Bool
    ) { ckernels_tile_weight_slopes_f(u, part, panel, w, plane, inputs, outputs, isPlane ? 1 : 0) }

    /// See `TileScalar`.
    public static func tileProduct(
        _ v: UnsafePointer<Self>, panel vPanel: Int, panels vPanels: Int, _ u: UnsafePointer<Self>, panel uPanel: Int,
        into m: UnsafeMutablePointer<Self>, panel mPanel: Int, tiles: Int, panels: Int
    ) { ckernels_tile_product_f(v, vPanel, vPanels, u, uPanel, m, mPanel, tiles, panels) }

    /// See `TileScalar`.
    public static func tileCorrelation(
        _ v: UnsafePointer<Self>, panel vPanel: Int, panels vPanels: Int, _ z: UnsafePointer<Self>, panel zPanel: Int,
        panels: Int, into u: UnsafeMutablePointer<Self>, panel uPanel: Int, tiles: Int, adds: Bool
    ) { ckernels_tile_correlation_f(v, vPanel, vPanels, z, zPanel, panels, u, uPanel, tiles, adds ? 1 : 0) }
}

extension Double: TileScalar {
    /// See `TileScalar`.
    public static var tileLanes: Int { 8 }

    /// See `TileScalar`.
    public static func tileValues(
        _ x: UnsafePointer<Self>?, line: Int, rows: UnsafePointer<Int>, columns: UnsafePointer<Int>, tiles: Int,
        channels: Int, isPlane: Bool, into v: UnsafeMutablePointer<Self>, part: Int, panel: Int
    ) { ckernels_tile_values_d(x, line, rows, columns, tiles, channels, isPlane ? 1 : 0, v, part, panel) }

    /// See `TileScalar`.
    public static func tileSlopes(
        _ g: UnsafePointer<Self>, line: Int, rows: UnsafePointer<Int>, columns: UnsafePointer<Int>, tiles: Int,
        channels: Int, isPlane: Bool, into z: UnsafeMutablePointer<Self>, part: Int, panel: Int
    ) { ckernels_tile_slopes_d(g, line, rows, columns, tiles, channels, isPlane ? 1 : 0, z, part, panel) }

    /// See `TileScalar`.
    public static func tileResults(
        _ m: UnsafePointer<Self>, part: Int, panel: Int, bias: UnsafePointer<Self>?,
        into y: UnsafeMutablePointer<Self>, line: Int, rows: UnsafePointer<Int>, columns: UnsafePointer<Int>,
        tiles: Int, channels: Int, isPlane: Bool, sumsPairs: Bool
    ) {
        ckernels_tile_results_d(
            m, part, panel, bias, y, line, rows, columns, tiles, channels, isPlane ? 1 : 0, sumsPairs ? 1 : 0)
    }

    /// See `TileScalar`.
    public static func tileWeights(
        _ w: UnsafePointer<Self>, plane: Int, inputs: Int, outputs: Int, isPlane: Bool,
        into u: UnsafeMutablePointer<Self>, part: Int, panel: Int
    ) { ckernels_tile_weights_d(w, plane, inputs, outputs, isPlane ? 1 : 0, u, part, panel) }

    /// See `TileScalar`.
    public static func tileWeightSlopes(
        _ u: UnsafePointer<Self>, part: Int, panel: Int, into w: UnsafeMutablePointer<Self>, plane: Int, inputs: Int,
        outputs: Int, isPlane: Bool
    ) { ckernels_tile_weight_slopes_d(u, part, panel, w, plane, inputs, outputs, isPlane ? 1 : 0) }

    /// See `TileScalar`.
    public static func tileProduct(
        _ v: UnsafePointer<Self>, panel vPanel: Int, panels vPanels: Int, _ u: UnsafePointer<Self>, panel uPanel: Int,
        into m: UnsafeMutablePointer<Self>, panel mPanel: Int, tiles: Int, panels: Int
    ) { ckernels_tile_product_d(v, vPanel, vPanels, u, uPanel, m, mPanel, tiles, panels) }

    /// See `TileScalar`.
    public static func tileCorrelation(
        _ v: UnsafePointer<Self>, panel vPanel: Int, panels vPanels: Int, _ z: UnsafePointer<Self>, panel zPanel: Int,
        panels: Int, into u: UnsafeMutablePointer<Self>, panel uPanel: Int, tiles: Int, adds: Bool
    ) { ckernels_tile_correlation_d(v, vPanel, vPanels, z, zPanel, panels, u, uPanel, tiles, adds ? 1 : 0) }
}
