/// The report's script: the rollout player, and a mark in the charts at the frame that it shows.
///
/// Plain JavaScript without anything from elsewhere. Frames are unpacked by the browser's own `DecompressionStream`.
enum ReportScript {
    static let text = #"""
        (() => {
        'use strict';
        const root = document.getElementById('player');
        if (!root) return;
        const find = name => root.querySelector('[data-part="' + name + '"]');
        const data = JSON.parse(document.getElementById('rollouts').textContent);
        const maps = Object.fromEntries(Object.entries(data.colormaps).map(([name, hex]) =>
          [name, hex.match(/.{6}/g).map(c => [0, 2, 4].map(i => parseInt(c.slice(i, i + 2), 16)))]));
        const missing = [122, 129, 140];
        const slider = find('slider'), button = find('play'), status = find('status');
        const pickNetwork = find('network'), pickRollout = find('rollout'), pickChannel = find('channel');
        const networkChoices = [...document.querySelectorAll('[data-choice=network]')];
        let rollout, fields, frame = 0, timer = 0, generation = 0;

        const short = v => {
          if (v === 0) return '0';
          const a = Math.abs(v), e = Math.floor(Math.log10(a));
          const text = e >= 5 || e < -3 ? v.toExponential(1) : String(Number(v.toPrecision(3)));
          return text.replace('-', '\u2212');
        };
        async function unpack(text, wide) {
          const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
          const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
          const plain = await new Response(stream).arrayBuffer();
          return wide ? new Uint16Array(plain) : new Uint8Array(plain);
        }
        const size = () => rollout.rows * rollout.columns;
        const isLine = () => rollout.rows === 1;
        const codes = () => isLine() ? 65535 : 255;
        const slice = (values, at) => values.subarray(at * size(), (at + 1) * size());
        const colour = (map, code) => code === 0 ? missing :
          map[Math.round((code - 1) / (codes() - 1) * (map.length - 1))];
        function paint(canvas, width, height, at, map) {
          canvas.width = width; canvas.height = height;
          const context = canvas.getContext('2d'), image = context.createImageData(width, height), out = image.data;
          for (let i = 0; i < width * height; i++) {
            const c = colour(map, at(i));
            out[4 * i] = c[0]; out[4 * i + 1] = c[1]; out[4 * i + 2] = c[2]; out[4 * i + 3] = 255;
          }
          context.putImageData(image, 0, 0);
        }
        function blank(canvas, width, height) {
          canvas.width = width; canvas.height = height;
          canvas.getContext('2d').clearRect(0, 0, width, height);
        }
        const fieldMap = () => maps[fields.signed ? 'diverging' : 'sequential'];
        const views = () => [['truth', fields.truthCodes, fieldMap()], ['prediction', fields.predictionCodes, fieldMap()],
          ['difference', fields.differenceCodes, maps.diverging]];

        function drawFields() {
          for (const [name, values, map] of views()) {
            const part = slice(values, frame), canvas = find(name);
            if (part.length) paint(canvas, rollout.columns, rollout.rows, i => part[i], map);
            else blank(canvas, rollout.columns, rollout.rows);
          }
        }
        const spaceTime = {};
        function prepareSpaceTime() {
          const count = rollout.steps.length, n = rollout.columns;
          for (const [name, values, map] of views()) {
            const canvas = spaceTime[name] = document.createElement('canvas');
            blank(canvas, n, count);
            const rows = values.length / n;
            if (!rows) continue;
            const part = document.createElement('canvas');
            paint(part, n, rows, i => values[(rows - 1 - Math.floor(i / n)) * n + i % n], map);
            canvas.getContext('2d').drawImage(part, 0, count - rows);
          }
        }
        function style(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }
        function drawLines() {
          const count = rollout.steps.length, density = window.devicePixelRatio || 1;
          for (const name of ['truth', 'prediction', 'difference']) {
            const canvas = find(name), box = canvas.clientWidth;
            const width = Math.max(1, Math.round(box * density)), height = Math.round(width * 1.15);
            canvas.width = width; canvas.height = height;
            const context = canvas.getContext('2d');
            context.drawImage(spaceTime[name], 0, 0, width, height);
            const y = height * (1 - (frame + 0.5) / count);
            context.fillStyle = '#fff'; context.fillRect(0, y - 2 * density, width, 4 * density);
            context.fillStyle = '#000'; context.fillRect(0, y - density, width, 2 * density);
          }
          const canvas = find('curves'), box = canvas.parentElement.clientWidth;
          const width = Math.round(box * density), height = Math.round(Math.max(180, Math.min(280, box * 0.34)) * density);
          canvas.width = width; canvas.height = height;
          const context = canvas.getContext('2d'), left = 46 * density, bottom = height - 20 * density;
          const y = v => bottom - (v - fields.low) / (fields.high - fields.low) * (bottom - 6 * density);
          context.font = 12 * density + 'px system-ui, sans-serif';
          context.lineWidth = density; context.strokeStyle = style('--rule'); context.fillStyle = style('--soft');
          context.textAlign = 'right'; context.textBaseline = 'middle';
          for (let i = 0; i <= 4; i++) {
            const v = fields.low + i / 4 * (fields.high - fields.low);
            context.beginPath(); context.moveTo(left, y(v)); context.lineTo(width, y(v)); context.stroke();
            context.fillText(short(v), left - 6 * density, Math.min(y(v), bottom - 4 * density));
          }
          context.textBaseline = 'alphabetic';
          context.textAlign = 'left'; context.fillText(short(data.from), left, height - 5 * density);
          context.textAlign = 'right'; context.fillText(short(data.to), width - density, height - 5 * density);
          const curve = (values, color, dash) => {
            const part = slice(values, frame);
            if (!part.length) return;
            context.beginPath(); context.strokeStyle = color; context.lineWidth = 2 * density;
            context.setLineDash(dash.map(d => d * density));
            let down = false;
            for (let i = 0; i < part.length; i++) {
              if (part[i] === 0) { down = false; continue; }
              const v = fields.low + (part[i] - 1) / (codes() - 1) * (fields.high - fields.low);
              const x = left + (i + 0.5) / part.length * (width - left);
              if (down) context.lineTo(x, y(v)); else context.moveTo(x, y(v));
              down = true;
            }
            context.stroke(); context.setLineDash([]);
          };
          curve(fields.truthCodes, style('--truth'), []);
          curve(fields.predictionCodes, style(rollout.color), [7, 4]);
        }
        function moveCursors(step) {
          for (const svg of document.querySelectorAll('svg[data-from]')) {
            if (!svg.closest('[data-follows]')) continue;
            const { left, right, from, to } = svg.dataset;
            const x = Number(left) + (step - from) / (to - from) * (right - left);
            let line = svg.querySelector('.cursor');
            if (!line) {
              line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
              line.setAttribute('class', 'cursor');
              const height = svg.viewBox.baseVal.height;
              line.setAttribute('y1', 26); line.setAttribute('y2', height - 42);
              svg.appendChild(line);
            }
            line.setAttribute('x1', x); line.setAttribute('x2', x);
          }
        }
        function show(next) {
          frame = Math.max(0, Math.min(rollout.steps.length - 1, next));
          slider.value = frame;
          const step = rollout.steps[frame], error = rollout.errors[frame];
          const words = 'Frame ' + step + ' of ' + data.steps + ', t = ' + short(step * data.interval);
          const mark = error === undefined ? 'beyond the reference' : 'error ' + short(error);
          slider.setAttribute('aria-valuetext', words + ', ' + mark);
          status.textContent = words + ' \u00b7 ' + mark;
          if (isLine()) drawLines(); else drawFields();
          moveCursors(step);
        }
        function scales() {
          const put = (name, map, low, high) => {
            paint(find(name + '-scale'), 128, 1, i => 1 + Math.round(i / 127 * (codes() - 1)), map);
            find(name + '-low').textContent = short(low); find(name + '-high').textContent = short(high);
            find(name + '-name').textContent = fields.channel;
          };
          for (const name of ['truth', 'prediction']) put(name, fieldMap(), fields.low, fields.high);
          put('difference', maps.diverging, -fields.error, fields.error);
          find('note').textContent = fields.note ? fields.channel + ': ' + fields.note + '.' : '';
          for (const line of root.querySelectorAll('.lines .legend .prediction')) line.style.setProperty('--c', 'var(' + rollout.color + ')');
        }
        function stop() {
          if (timer) clearInterval(timer);
          timer = 0; button.setAttribute('aria-pressed', 'false');
          button.querySelector('span').textContent = 'Play';
          button.querySelector('path').setAttribute('d', 'M3 1l10 6-10 6z');
        }
        function play() {
          if (timer) return stop();
          if (frame === rollout.steps.length - 1) show(0);
          timer = setInterval(() => {
            if (frame === rollout.steps.length - 1) stop(); else show(frame + 1);
          }, 90);
          button.setAttribute('aria-pressed', 'true');
          button.querySelector('span').textContent = 'Pause';
          button.querySelector('path').setAttribute('d', 'M2 1h4v12H2zM8 1h4v12H8z');
        }
        async function load() {
          stop();
          const mine = ++generation;
          const index = pick => pick ? pick.selectedIndex : 0;
          rollout = data.rollouts[index(pickNetwork) * data.trajectories + index(pickRollout)];
          const line = isLine(), chosen = rollout.channels[index(pickChannel)];
          const truth = data.rollouts[rollout.truth].channels[index(pickChannel)];
          for (const [from, name] of [[truth, 'truth'], [chosen, 'prediction'], [chosen, 'difference']])
            from[name + 'Codes'] = from[name + 'Codes'] || await unpack(from[name], line);
          chosen.truthCodes = truth.truthCodes;
          if (mine !== generation) return;
          fields = chosen;
          slider.max = rollout.steps.length - 1;
          if (isLine()) prepareSpaceTime();
          scales();
          show(Math.min(frame, rollout.steps.length - 1));
          root.dataset.ready = 'yes';
        }
        const begin = () => load().catch(error => {
          const note = find('fault');
          note.hidden = false;
          note.textContent = 'The frames cannot be unpacked in this browser (' + error.message + ').';
        });
        button.addEventListener('click', play);
        slider.addEventListener('input', () => { stop(); show(Number(slider.value)); });
        for (const pick of [pickRollout, pickChannel]) if (pick) pick.addEventListener('change', begin);
        function chooseNetwork(place) {
          for (const pick of networkChoices) pick.selectedIndex = place;
          const name = networkChoices[0].value;
          for (const part of document.querySelectorAll('[data-network]')) part.hidden = part.dataset.network !== name;
          if (rollout) moveCursors(rollout.steps[frame]);
        }
        for (const pick of networkChoices)
          pick.addEventListener('change', () => { chooseNetwork(pick.selectedIndex); begin(); });
        if (networkChoices.length) chooseNetwork(0);
        root.addEventListener('keydown', event => {
          if (event.target.matches('select, input, button')) return;
          const moves = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 };
          if (event.key === ' ') play();
          else if (event.key in moves) { stop(); show(frame + moves[event.key]); }
          else return;
          event.preventDefault();
        });
        let waiting = 0;
        addEventListener('resize', () => {
          cancelAnimationFrame(waiting);
          waiting = requestAnimationFrame(() => { if (fields && isLine()) show(frame); });
        });
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { if (fields) show(frame); });
        addEventListener('beforeprint', () => {
          document.querySelectorAll('details').forEach(d => { d.open = true; });
          // Paper does not move: the middle says more than the start.
          if (fields && frame === 0) show(Math.floor(rollout.errors.length / 2));
        });
        begin();
        })();
        """#
}
