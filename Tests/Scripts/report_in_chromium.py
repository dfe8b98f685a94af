#!/usr/bin/env python3
"""Opens reports in headless Chromium and checks that they render, that the player, where there is one, works and that nothing is logged.

Usage: report_in_chromium.py [--pictures DIR] REPORT.html…        needs: chromium (or $CHROMIUM), Python alone

Speaks the DevTools protocol over a WebSocket of its own. With --pictures it leaves a screenshot of every report at phone
and desktop width, light and dark.
"""
import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path


class WebSocket:
    """A client for text messages (RFC 6455)."""

    def __init__(self, url):
        host, path = url.removeprefix("ws://").split("/", 1)
        name, port = host.rsplit(":", 1)
        self.socket = socket.create_connection((name, int(port)), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.receive_some()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        assert b" 101 " in head.split(b"\r\n")[0], head

    def receive_some(self):
        data = self.socket.recv(1 << 20)
        if not data:
            raise ConnectionError("Chromium closed the connection")
        return data

    def take(self, count):
        while len(self.buffer) < count:
            self.buffer += self.receive_some()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        size = len(data)
        head = bytes([0x81]) + (
            bytes([0x80 | size]) if size < 126
            else bytes([0xFE]) + struct.pack(">H", size) if size < 65536
            else bytes([0xFF]) + struct.pack(">Q", size))
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        message = b""
        while True:
            first, second = self.take(2)
            size = second & 0x7F
            if size == 126:
                size, = struct.unpack(">H", self.take(2))
            elif size == 127:
                size, = struct.unpack(">Q", self.take(8))
            data = self.take(size)
            if first & 0x0F in (0, 1):
                message += data
                if first & 0x80:
                    return message.decode()
            elif first & 0x0F == 8:
                raise ConnectionError("Chromium ended the session")


class Page:
    """One tab, and what it has complained about."""

    def __init__(self, url):
        self.channel, self.number, self.complaints, self.requests = WebSocket(url), 0, [], []
        for domain in ("Runtime", "Log", "Page", "Network"):
            self.call(domain + ".enable")

    def call(self, method, **parameters):
        self.number += 1
        self.channel.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.channel.receive())
            if message.get("id") == self.number:
                assert "error" not in message, (method, message["error"])
                return message["result"]
            self.note(message)

    def note(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "assert"):
            self.complaints.append(str([a.get("value", a.get("description")) for a in parameters["args"]]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(parameters["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def run(self, script):
        """The value of a JavaScript expression; promises are waited for."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, (script, result["exceptionDetails"])
        return result["result"].get("value")

    def wait(self, condition, what, seconds=20):
        end = time.time() + seconds
        while not self.run(condition):
            assert time.time() < end, f"{what} did not happen in {seconds} s"
            time.sleep(0.05)

    def resize(self, width, height=900, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def key(self, name, code=None, text=None):
        for kind in ("keyDown", "keyUp"):
            extra = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=code or name,
                      windowsVirtualKeyCode={"ArrowRight": 39, "End": 35, "Home": 36, " ": 32}[name], **extra)

    def screenshot(self, path):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        Path(path).write_bytes(base64.b64decode(shot["data"]))


# What the player's canvases show, as one number.
PICTURE = """[...document.querySelectorAll('#player canvas')].map(c => {
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let h = 0; for (let i = 0; i < d.length; i += 4) h = (h * 31 + d[i] + 3 * d[i + 1] + 7 * d[i + 2]) | 0; return h;
}).join()"""
COLOURS = """(() => { const c = document.querySelector('[data-part=prediction]');
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = new Set();
  for (let i = 0; i < d.length; i += 4) seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]); return seen.size; })()"""
SLIDER = "document.querySelector('[data-part=slider]')"
PLAY = "document.querySelector('[data-part=play]')"
STATUS = "document.querySelector('[data-part=status]').textContent"


VERDICTS = """[...document.querySelectorAll('.verdict')].map(v => [v.className.split(' ').pop(),
  v.querySelector('h2').firstChild.textContent.trim(), getComputedStyle(v.querySelector('h2')).color])"""
# The style sheet's --good on a light screen.
GREEN = "rgb(18, 115, 74)"
SCROLLED = """[...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth)
  .map(s => s.getAttribute('aria-label') + ' ' + s.scrollWidth + ' in ' + s.clientWidth)"""
GREY = """(name => { const c = document.querySelector('[data-part=' + name + ']');
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
  for (let i = 0; i < d.length; i += 4) n += d[i] === 122 && d[i + 1] === 129 && d[i + 2] === 140; return n; })"""


def choose_network(page):
    """Chooses every network in turn: the prediction changes, the truth does not, each has charts of its own. Returns their names."""
    pick = "document.querySelector('[data-part=network]')"
    if not page.run(f"!!{pick}"):
        return []
    names = page.run(f"[...{pick}.options].map(o => o.text)")
    views = "['truth', 'prediction'].map(n => document.querySelector('[data-part=' + n + ']').toDataURL())"
    seen = {}
    for place, name in enumerate(names):
        page.run(f"{pick}.selectedIndex = {place}; {pick}.dispatchEvent(new Event('change', {{bubbles: true}}))")
        page.wait(f"({views})[1] !== {json.dumps(list(seen.values())[-1][1] if seen else '')}", f"showing {name}")
        time.sleep(0.1)
        seen[name] = page.run(views)
        own = page.run("[...document.querySelectorAll('[data-network]')].filter(f => f.offsetHeight > 0).map(f => f.dataset.network)")
        assert own and set(own) == {name}, (name, own)
        chosen = page.run("[...document.querySelectorAll('[data-choice=network]')].map(s => s.value)")
        assert len(chosen) == 2 and set(chosen) == {name}, chosen
    assert len({truth for truth, _ in seen.values()}) == 1, "the truth is not the same for all networks"
    assert len({prediction for _, prediction in seen.values()}) == len(names), "two networks show the same"
    return names


def check(page, path, pictures):
    page.resize(1280)
    page.call("Page.navigate", url=path.resolve().as_uri())
    page.wait("document.readyState === 'complete' && !!document.querySelector('main')", "loading")
    assert page.run("document.querySelectorAll('.verdict h2').length") >= 1, "no verdict"
    folded = page.run("document.querySelectorAll('details.each').length")
    page.run("document.querySelectorAll('details.each').forEach(d => { d.open = true; })")
    assert page.run("document.querySelector('.verdict h2').getBoundingClientRect().height") > 10, "the verdict is not seen"
    verdicts = page.run(VERDICTS)
    for outcome, headline, colour in verdicts:
        # Green stands for one thing only.
        assert (colour == GREEN) == (outcome == "stable"), (outcome, headline, colour)
        assert outcome != "stable" or headline.startswith(("Stable over", "Error ")), headline
        assert outcome == "noBetter" if headline.startswith("No better") else True, (outcome, headline)
    if len(verdicts) > 1:
        first = page.run("document.querySelector('main > section, main > .card').className")
        assert first == "ranking", f"the report of several begins with {first}"
        assert bool(folded) == (len(verdicts) > 3), "many verdicts are not folded away"
    charts = page.run("""[...document.querySelectorAll('.charts figure:not([hidden]) svg[role=img]')].map(s =>
        [s.querySelectorAll('.series').length, s.getBoundingClientRect().width, s.getAttribute('aria-label').length])""")
    with open(os.path.join(os.path.dirname(path), "metrics.json")) as metrics:
        has_player = json.load(metrics)["format"] == "pdekit-evaluation-1"
    assert page.run("!!document.getElementById('player')") == has_player, "the player is missing"
    assert len(charts) >= (3 if has_player else 1), f"{len(charts)} charts"
    assert all(curves >= 1 and width > 200 and label > 10 for curves, width, label in charts), charts
    assert page.run("document.body.innerText.match(/\\b(NaN|undefined|nil|null)\\b/)") is None, "a number is missing"

    networks = check_player(page, path) if has_player else []
    assert networks or len(verdicts) == 1 or not has_player, "the networks of a comparison cannot be chosen"
    check_pages(page, path, pictures)
    several = f"{len(networks)} networks on the same trajectories; " if networks else ""
    moves = "the player moves by slider, key and button; " if has_player else ""
    print(f"{path}: {len(verdicts)} verdicts, {len(charts)} charts; {several}{moves}nothing logged, nothing fetched")


def check_player(page, path):
    """The rollout player shows what slider, keys, button and choices ask for. Returns the networks that can be chosen."""
    page.wait("document.getElementById('player').dataset.ready === 'yes'", "unpacking the frames")
    assert page.run(COLOURS) > 20, "the prediction's picture is empty"
    if page.run("document.querySelector('.views').classList.contains('fields')"):
        assert page.run(f"{GREY}('truth')") == page.run(f"{GREY}('prediction')"), "solids are not grey in both"
        assert ("flow" in str(path)) <= (page.run(f"{GREY}('truth')") > 0), "solids are not grey"
    ticks = page.run("[...document.querySelectorAll('.views .ticks span')].map(s => s.textContent)")
    assert len(ticks) == 18 and all(ticks), f"axes without numbers: {ticks}"
    first, words = page.run(PICTURE), page.run(STATUS)
    last = page.run(SLIDER + ".max")
    cursor = "document.querySelector('.cursor').getAttribute('x1')"
    mark = page.run(cursor)

    # The slider, as a pointer or a keyboard moves it.
    page.run(f"{SLIDER}.value = {SLIDER}.max / 2; {SLIDER}.dispatchEvent(new Event('input', {{bubbles: true}}))")
    assert page.run(PICTURE) != first, "the slider does not change the picture"
    assert page.run(STATUS) != words and page.run(SLIDER + ".getAttribute('aria-valuetext')"), "the frame is not named"
    assert page.run(cursor) != mark, "the charts do not follow the slider"
    page.run(SLIDER + ".focus()")
    before, picture = page.run(SLIDER + ".value"), page.run(PICTURE)
    page.key("ArrowRight")
    assert int(page.run(SLIDER + ".value")) == int(before) + 1, "the arrow key does not move the slider"
    assert page.run(PICTURE) != picture, "the arrow key does not change the picture"
    page.run("document.getElementById('player').focus()")
    page.key("Home")
    assert page.run(PICTURE) == first and page.run(SLIDER + ".value") == "0", "the Home key does not lead to the start"

    # The button.
    page.run(PLAY + ".click()")
    assert page.run(PLAY + ".getAttribute('aria-pressed')") == "true"
    page.wait(f"Number({SLIDER}.value) >= 3", "playing")
    page.run(PLAY + ".click()")
    stopped = page.run(SLIDER + ".value")
    time.sleep(0.3)
    assert page.run(SLIDER + ".value") == stopped, "pause does not stop"
    page.run("document.getElementById('player').focus()")
    page.key("End")
    page.key(" ", "Space", " ")
    page.wait(f"Number({SLIDER}.value) > 0 && Number({SLIDER}.value) < {last}", "playing again from the start")
    page.key(" ", "Space", " ")

    networks = choose_network(page)
    # Other rollouts and fields.
    for part in ("rollout", "channel"):
        pick = f"document.querySelector('[data-part={part}]')"
        if page.run(f"!!{pick}"):
            picture = page.run(PICTURE)
            page.run(f"{pick}.selectedIndex = 1; {pick}.dispatchEvent(new Event('change', {{bubbles: true}}))")
            page.wait(f"({PICTURE}) !== {json.dumps(picture)}", f"choosing another {part}")
    page.run(f"{SLIDER}.value = Math.round({SLIDER}.max * 0.6); {SLIDER}.dispatchEvent(new Event('input', {{bubbles: true}}))")
    return networks


def check_pages(page, path, pictures):
    """Nothing sticks out at any width, in both colour schemes and on paper; nothing is logged or fetched."""
    for width in (320, 390, 768, 1280):
        for dark in (False, True):
            page.resize(width, dark=dark)
            wide = page.run("document.documentElement.scrollWidth")
            assert wide <= width, f"the page is {wide} pixels wide in a window of {width}"
            scrolled = page.run(SCROLLED)
            assert not scrolled or width == 768, f"tables that must be scrolled in a window of {width}: {scrolled}"
            if pictures and width in (390, 1280):
                page.screenshot(pictures / f"{path.parent.name}-{width}{'-dark' if dark else ''}.png")
    page.resize(1280)
    paper = base64.b64decode(page.call("Page.printToPDF", printBackground=True)["data"])
    assert paper.startswith(b"%PDF") and len(paper) > 20_000, "nothing to print"
    if pictures:
        (pictures / f"{path.parent.name}.pdf").write_bytes(paper)
    foreign = [url for url in page.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert not foreign, f"fetched from elsewhere: {foreign}"
    assert not page.complaints, f"logged: {page.complaints}"
    page.requests.clear()


def main(arguments):
    pictures = None
    if arguments[:1] == ["--pictures"]:
        pictures = Path(arguments[1])
        pictures.mkdir(parents=True, exist_ok=True)
        arguments = arguments[2:]
    assert arguments, __doc__
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert browser, "no Chromium: install it (apt-get install chromium) or name it in $CHROMIUM"
    profile = tempfile.mkdtemp()
    process = subprocess.Popen(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        told = Path(profile) / "DevToolsActivePort"
        end = time.time() + 30
        while not (told.exists() and told.read_text().count("\n")):
            assert process.poll() is None and time.time() < end, "Chromium did not start"
            time.sleep(0.05)
        port = told.read_text().split()[0]
        tabs = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list"))
        page = Page(next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"))
        for argument in arguments:
            check(page, Path(argument), pictures)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(profile, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
