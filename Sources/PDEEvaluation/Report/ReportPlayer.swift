import PDEConfig
import PDECore
import PDEData
import PDEPlot

/// The rollout player: its controls, its pictures' places, its frames as data.
struct ReportPlayer {
    let evaluation: Evaluation
    let rollouts: [RecordedRollout]

    private var isLine: Bool { rollouts[0].rows == 1 }

    /// The rollouts of the first network.
    private var trajectories: [RecordedRollout] { rollouts.filter { $0.contestant == rollouts[0].contestant } }

    private var networks: [String] {
        stride(from: 0, to: rollouts.count, by: trajectories.count).map { rollouts[$0].contestant }
    }

    /// The section; the script of the page brings it to life.
    func section() -> String {
        let channels = rollouts[0].channels
        var choices = Self.networkChoice(networks, part: "network")
        if trajectories.count > 1 { choices += Self.choice("rollout", "Rollout", trajectories.map(name)) }
        if channels.count > 1 { choices += Self.choice("channel", "Field", channels) }
        let views = ["truth", "prediction", "difference"].map(view).joined()
        let lines =
            isLine
            ? """
            <figure class="lines"><ul class="legend"><li><svg viewBox="0 0 24 8" aria-hidden="true"><path \
            class="series truth" d="M1 4H23"/></svg>truth</li><li><svg viewBox="0 0 24 8" aria-hidden="true">\
            <path class="series s0 prediction" stroke-dasharray="7 4" d="M1 4H23"/></svg>prediction</li></ul>\
            <canvas data-part="curves" role="img" aria-label="Truth and prediction along x at the chosen frame"></canvas>\
            </figure>
            """ : ""
        let height = rollouts[0].rows
        let text =
            isLine
            ? "Below: space to the right, time upwards; the bar marks the frame." : "x to the right, y upwards."
        return """
            <h2 id="rollout-title">The rollout</h2>
            <section class="card player" id="player" tabindex="0" aria-labelledby="rollout-title">
            \(choices.isEmpty ? "" : #"<div class="choices">\#(choices)</div>"#)
            \(lines)<div class="views \(isLine ? "times" : "fields")" data-height="\(height)">\(views)</div>
            <div class="bar"><button type="button" data-part="play" aria-pressed="false"><svg viewBox="0 0 14 14" \
            aria-hidden="true"><path fill="currentColor" d="M3 1l10 6-10 6z"/></svg><span>Play</span></button>
            <input type="range" min="0" max="\(rollouts[0].steps.count - 1)" value="0" data-part="slider" aria-label="Frame">
            <output data-part="status" aria-live="off"></output></div>
            <p class="hint"><span data-part="note"></span> \(text) Keys: space plays, ← and → step, Page keys leap, Home and End go to the ends. Outside \
            the coloured range the end colours hold; grey: solids, beyond the reference, or no number.</p>
            <p class="fault" data-part="fault" role="alert" hidden></p>
            <noscript><p class="fault">The player needs JavaScript; rollout.png beside this file shows the same frames.</p>\
            </noscript></section>
            <script type="application/json" id="rollouts">\(Markup.scriptSafe(data().serialized(pretty: false)))</script>
            """
    }

    private func name(_ rollout: RecordedRollout) -> String {
        let cell = rollout.label.cell == "all" ? "" : ", \(rollout.label.cell)"
        guard networks.count == 1 else { return "sample \(SampleAddress.name(of: rollout.label.index))\(cell)" }
        let result = evaluation.contestants.first { $0.name == rollout.contestant }
        let score = result?.trajectories.first { $0.label.index == rollout.label.index }
        let error = score.map { ", error \(ReportText.number($0.error))" } ?? ""
        return "sample \(SampleAddress.name(of: rollout.label.index))\(cell)\(error)"
    }

    /// Which network is looked at; all such choices of a page follow each other. Empty for one network.
    static func networkChoice(_ networks: [String], part: String?) -> String {
        guard networks.count > 1 else { return "" }
        let options = networks.map { "<option>\(Markup.escaped($0))</option>" }.joined()
        let place = part.map { " data-part=\"\($0)\"" } ?? ""
        return #"<label class="network">Network<select data-choice="network"\#(place)>\#(options)</select></label>"#
    }

    private static func choice(_ part: String, _ label: String, _ names: [String]) -> String {
        let options = names.map { "<option>\(Markup.escaped($0))</option>" }.joined()
        return #"<label>\#(label)<select data-part="\#(part)">\#(options)</select></label>"#
    }

    private func view(_ name: String) -> String {
        let title = ["truth": "Truth", "prediction": "Prediction", "difference": "Error"][name]!
        let detail = name == "difference" ? " <span>prediction − truth</span>" : ""
        return """
            <figure><figcaption><b>\(title)</b>\(detail)</figcaption><div class="plot">\(ticks("y", upward.reversed()))\
            <canvas class="sharp" data-part="\(name)" role="img" aria-label="\(title) at the chosen frame"></canvas>\
            \(ticks("x", across))</div><canvas class="scale" data-part="\(name)-scale" aria-hidden="true"></canvas>\
            <div class="ends"><span data-part="\(name)-low"></span><span data-part="\(name)-name"></span>\
            <span data-part="\(name)-high"></span></div></figure>
            """
    }

    /// What stands along a picture's side: where it begins, the axis's name, where it ends.
    private func ticks(_ side: String, _ texts: [String]) -> String {
        #"<div class="ticks \#(side)" aria-hidden="true">\#(texts.map { "<span>\($0)</span>" }.joined())</div>"#
    }

    private var across: [String] { ends("x", evaluation.reference.grid.axes[0]) }

    /// Space upwards in a plane, time for a line.
    private var upward: [String] {
        let axes = evaluation.reference.grid.axes
        guard isLine || axes.count < 2 else { return ends("y", axes[1]) }
        let interval = evaluation.reference.frameInterval
        let (first, last) = (rollouts[0].steps.first ?? 1, rollouts[0].steps.last ?? 1)
        return [NumberText.short(interval * Double(first)), "t", NumberText.short(interval * Double(last))]
    }

    private func ends(_ name: String, _ axis: Grid.Axis) -> [String] {
        [NumberText.short(axis.lower), name, NumberText.short(axis.upper)]
    }

    /// What the script reads.
    private func data() -> JSON {
        let axis = evaluation.reference.grid.axes[0]
        let style = ContestantStyle(evaluation)
        func table(_ map: Colormap) -> JSON {
            .string(
                (0..<256).map { place in
                    let color = map(Double(place) / 255)
                    return [color.red, color.green, color.blue].map { byte in
                        let digits = String(byte, radix: 16)
                        return digits.count < 2 ? "0" + digits : digits
                    }.joined()
                }.joined())
        }
        return .object([
            ("steps", .number(evaluation.plan.steps)), ("interval", .number(evaluation.reference.frameInterval)),
            ("from", .number(axis.lower)), ("to", .number(axis.upper)), ("trajectories", .number(trajectories.count)),
            ("colormaps", .object([("sequential", table(.sequential)), ("diverging", table(.diverging))])),
            (
                "rollouts",
                .array(
                    rollouts.enumerated().map { place, rollout in
                        .object([
                            // The truth is the first network's, and the same for all.
                            ("truth", .number(place % trajectories.count)),
                            ("color", .string(style.variable(of: rollout.contestant))),
                            ("rows", .number(rollout.rows)), ("columns", .number(rollout.columns)),
                            ("steps", .array(rollout.steps.map { .number($0) })),
                            ("errors", .array(rollout.errors.map { .number(Double(Float($0))) })),
                            (
                                "channels",
                                .array(
                                    rollout.channels.indices.map {
                                        QuantisedRollout(rollout, channel: $0).json(
                                            note: evaluation.reference.channelNotes?[$0] ?? "",
                                            hasTruth: place < trajectories.count)
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }
}
