/// The report's style sheet: light and dark, narrow and wide, screen and paper.
enum ReportStyle {
    static let text = """
        :root{--bg:#f6f7f9;--card:#fff;--ink:#1b2028;--soft:#5a6270;--rule:#dfe3e8;--grid:#e9ecf0;--accent:#2456c8;
        --good:#12734a;--warn:#9a5b00;--bad:#b3261e;--good-bg:#e4f4ec;--warn-bg:#fdf0dc;--bad-bg:#fbe7e5;
        --c0:#2456c8;--c1:#d9621e;--c2:#0d8a6a;--c3:#b8286f;--c4:#3a9bd0;--c5:#6c3fb0;--c6:#8a8a1f;--c7:#6b7280;--truth:#1b2028}
        @media (prefers-color-scheme:dark){:root{--bg:#12151a;--card:#1a1e25;--ink:#e8eaee;--soft:#a3abb8;--rule:#303744;
        --grid:#272d38;--accent:#86a9ff;--good:#6fd3a3;--warn:#f0b866;--bad:#ff9b92;--good-bg:#16302a;--warn-bg:#352a17;
        --bad-bg:#3a1f1e;--c0:#86a9ff;--c1:#ff9a5c;--c2:#4fd0ab;--c3:#f77db6;--c4:#74c7f2;--c5:#b795f5;--c6:#cfcf58;
        --c7:#9aa3b2;--truth:#e8eaee}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
        "Helvetica Neue","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
        main{max-width:1120px;margin:0 auto;padding:28px 20px 56px}
        h1{font-size:clamp(1.45rem,1.1rem + 1.6vw,2rem);line-height:1.2;margin:0;letter-spacing:-.01em;overflow-wrap:anywhere}
        h2{font-size:1.15rem;margin:40px 0 12px;letter-spacing:-.005em}
        h3{font-size:.95rem;margin:0 0 8px}
        p{margin:0 0 8px;max-width:72ch}
        .eyebrow{max-width:none;color:var(--soft);margin:6px 0 22px;font-size:.93rem}.eyebrow~p{margin-bottom:18px}
        .card{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:18px}
        .verdict{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;border-left:6px solid var(--tone);margin-bottom:14px}
        .verdict svg{width:40px;height:40px;grid-row:span 2;color:var(--tone)}
        .verdict h2{margin:0;font-size:1.45rem;line-height:1.2;color:var(--tone)}
        .verdict .who{color:var(--soft);font-weight:400;font-size:.95rem;display:block;margin-top:2px}
        .verdict>div{min-width:0}.verdict>p{margin-top:4px}
        .stable{--tone:var(--good);--tone-bg:var(--good-bg)}.drifts{--tone:var(--warn);--tone-bg:var(--warn-bg)}
        .noBetter{--tone:var(--warn);--tone-bg:var(--warn-bg)}.unproven{--tone:var(--soft);--tone-bg:var(--grid)}
        .blowsUp{--tone:var(--bad);--tone-bg:var(--bad-bg)}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:0;margin:14px 0 0;padding:0;
        grid-column:1/-1;border-top:1px solid var(--rule)}
        .facts div{padding:12px 12px 0 0}
        .facts dt{color:var(--soft);font-size:.82rem;line-height:1.3}
        .facts dd{margin:2px 0 0;font-size:1.3rem;font-weight:650;line-height:1.25}
        .facts small{display:block;font-size:.8rem;font-weight:400;color:var(--soft)}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:14px}
        figure{margin:0;min-width:0}
        figure p{color:var(--soft);font-size:.85rem;margin:8px 0 0}
        figure>svg{display:block;width:100%;height:auto}
        svg text{fill:var(--ink);font-size:12px}svg .tick,svg .name{fill:var(--soft)}svg .note{font-size:11px;fill:var(--soft)}
        svg .axis{stroke:var(--soft);fill:none}svg .grid{stroke:var(--grid);fill:none}
        svg .series{fill:none;stroke:var(--c,var(--soft));stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        svg .band{fill:var(--c);opacity:.16}svg .dot{fill:var(--c);stroke:var(--card);stroke-width:1.5}
        svg .guide{stroke:var(--soft);stroke-width:1;opacity:.8}svg .truth{--c:var(--truth)}
        svg .cursor{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 3}
        .s0{--c:var(--c0)}.s1{--c:var(--c1)}.s2{--c:var(--c2)}.s3{--c:var(--c3)}.s4{--c:var(--c4)}.s5{--c:var(--c5)}
        .s6{--c:var(--c6)}
        .legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:10px 0 0;padding:0;font-size:.85rem}
        .legend li{display:flex;align-items:center;gap:7px;min-width:0}
        .legend svg{width:24px;height:8px;flex:none;overflow:visible}
        .back{--c:var(--c7)}svg .series.back{stroke-width:1.3}.r1{opacity:.75}.r2{opacity:.55}.r3{opacity:.4}.b1{opacity:.6}
        .recedes,.recedes th{color:var(--soft)}.recedes th{font-weight:400}
        .ranking{margin-bottom:14px}.ranking tr>:nth-child(2){text-align:left}.ranking h2{margin:0 0 12px;font-size:1.25rem;max-width:60ch}.each{margin:0 0 14px}
        .each summary{margin-bottom:12px}label.network{display:flex;gap:8px;align-items:center;font-size:.85rem;color:var(--soft);
        margin-bottom:12px}.choices label.network{margin:0}[hidden]{display:none!important}
        .scroll{overflow-x:auto;padding:0;-webkit-overflow-scrolling:touch}
        .scroll:focus-visible,button:focus-visible,select:focus-visible,.player:focus-visible,input:focus-visible,summary:focus-visible{
        outline:3px solid var(--accent);outline-offset:2px}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        .card.table{padding:14px 0 0;margin-bottom:14px}.table>p{color:var(--soft);font-size:.85rem;margin:0 16px 8px}
        th,td{text-align:right;padding:9px 10px;border-top:1px solid var(--rule);vertical-align:top}
        td,td small{white-space:nowrap}.narrow small{white-space:normal}
        thead th{border-top:0;font-weight:600;color:var(--soft);font-size:.82rem;vertical-align:bottom}
        tbody th,th:first-child{text-align:left;font-weight:600;overflow-wrap:anywhere;min-width:8.5em}
        td small,th small{display:block;color:var(--soft);font-weight:400;font-size:.78rem}
        .best{font-weight:700}
        .pill{display:inline-block;padding:1px 9px;border-radius:12px;white-space:normal;text-align:left;font-size:.8rem;font-weight:600;color:var(--tone);
        background:var(--tone-bg)}
        .meter{display:block;height:4px;border-radius:2px;background:var(--grid);margin-top:5px;overflow:hidden}
        .meter i{display:block;height:100%;background:var(--accent)}
        .player .bar{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:center;margin-top:14px}
        .player input[type=range]{flex:1 1 220px;min-width:0;height:32px;margin:0;accent-color:var(--accent)}
        button,select{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--rule);border-radius:8px;
        padding:7px 12px;min-height:40px;max-width:100%;min-width:0}
        button{min-width:104px;font-weight:600;cursor:pointer;text-align:left}
        button svg{width:14px;height:14px;vertical-align:-2px;margin-right:8px}
        .player label{font-size:.85rem;color:var(--soft);display:flex;gap:8px;align-items:center;min-width:0}
        .choices label{max-width:100%}.choices select{flex:1 1 auto}
        .choices{display:flex;flex-wrap:wrap;gap:10px 18px;margin-bottom:14px}
        .player output{font-size:.9rem;min-width:15ch}
        .views{display:grid;gap:14px;grid-template-columns:repeat(3,minmax(0,1fr))}
        .views figcaption,.lines figcaption{font-size:.85rem;margin-bottom:6px;color:var(--soft)}
        .views figcaption b,.lines figcaption b{color:var(--ink)}
        canvas{display:block;width:100%;border-radius:6px;background:var(--grid)}.lines canvas{background:none;border-radius:0}
        .views canvas.sharp{image-rendering:pixelated}
        .views canvas.scale{height:8px;border-radius:2px;margin-top:8px}
        .plot{display:grid;grid-template-columns:auto minmax(0,1fr);gap:2px 5px}.plot canvas{min-width:0}
        .ticks{display:flex;justify-content:space-between;font-size:.72rem;color:var(--soft);line-height:1}
        .ticks.y{flex-direction:column;text-align:right}.ticks.x{grid-column:2}
        .ends{display:flex;justify-content:space-between;font-size:.75rem;color:var(--soft);margin-top:2px}
        .lines{margin-bottom:16px}
        .lines .legend{margin:0 0 8px}
        .hint{font-size:.82rem;color:var(--soft);margin:10px 0 0}
        .fault{color:var(--bad)}
        details{margin-top:36px}summary{cursor:pointer;font-weight:600}
        dl.terms{display:grid;grid-template-columns:minmax(140px,max-content) 1fr;gap:8px 20px;font-size:.9rem}
        dl.terms dt{font-weight:600}dl.terms dd{margin:0;max-width:72ch}
        footer{margin-top:40px;color:var(--soft);font-size:.82rem;overflow-wrap:anywhere}
        @media (max-width:640px){main{padding:20px 12px 40px}.card{padding:14px}.verdict svg{width:30px;height:30px}
        .verdict h2{font-size:1.2rem}.views.fields{grid-template-columns:repeat(2,minmax(0,1fr))}.views{gap:10px}
        .views.fields figure:last-child{grid-column:1/-1}.verdict>p{grid-column:1/-1;margin-top:6px}
        .verdict svg{grid-row:auto}.views figcaption span{display:none}
        .views.times{grid-template-columns:repeat(3,minmax(0,1fr))}dl.terms{grid-template-columns:1fr;gap:2px}
        dl.terms dd{margin-bottom:10px}.facts{grid-template-columns:1fr 1fr}
        table,tbody,tr,tbody th,td{display:block}thead{display:none}tbody tr{border-top:1px solid var(--rule);padding:8px 14px}
        tbody th,td{border:0;padding:3px 0}td{display:grid;grid-template-columns:fit-content(60%) minmax(0,1fr);gap:0 10px}td,td small{white-space:normal}
        td::before{content:attr(data-label);overflow-wrap:anywhere;text-align:left;color:var(--soft);font-size:.82rem;grid-row:span 3}
        .plot{gap:2px 3px}}
        @media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#bbb;--grid:#e4e4e4;--truth:#000;--accent:#2456c8;
        --good:#12734a;--warn:#9a5b00;--bad:#b3261e;--c0:#2456c8;--c1:#d9621e;--c2:#0d8a6a;--c3:#b8286f;--c4:#3a9bd0;
        --c5:#6c3fb0;--c6:#8a8a1f;--c7:#6b7280}
        body{font-size:11pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{padding:0 2px;max-width:none}
        .card,figure,tr{break-inside:avoid}h2,h2+p{break-after:avoid}.scroll{overflow:visible}table{font-size:7pt}
        thead th,th,td{padding:3px;white-space:normal;min-width:0;font-size:inherit}td small,th small{font-size:6pt;white-space:normal}.pill{font-size:inherit}
        .player{outline:0!important}.player .bar button,.player .bar input,.hint{display:none}
        .choices,label.network{break-after:avoid}select{appearance:none;border:0;background:none;color:var(--ink);padding:0;min-height:0}
        .charts{grid-template-columns:1fr 1fr}}
        """
}
