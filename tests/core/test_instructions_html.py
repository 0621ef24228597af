"""The instructions as one page: what is in it, and what a browser makes of it."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from brickprint.core.export.instructions.html import html_text
from brickprint.core.layout import Role
from random_plans import plan_of
from test_instructions import row, tower
from test_instructions_pdf import wall

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
EVIL = "</script><script>document.title='taken over'</script><img src=x onerror=alert(1)> {{data}} & \u2028"


def values(page):
    return json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)[1])


class Tags(HTMLParser):
    """All tags of a page, with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def test_the_lists_of_all_steps_add_up_to_the_model():
    book = values(html_text(plan_of([*wall(), row("3005", 20, 0, 0, role=Role.SUPPORT_OUTER)])))
    needed = [0] * len(book["parts"])
    for step in book["steps"][:-1]:
        for part, count in step["parts"]:
            needed[part] += count
    assert needed == [part["count"] for part in book["parts"]] and sum(needed) == 31
    assert book["chapters"][-1] == "Taking the supports off"
    assert [part["support"] for part in book["parts"]].count(True) == 1


def test_the_page_needs_nothing_else():
    page = html_text(plan_of(tower()))
    for tag, attributes in Tags(page).found:
        assert tag not in ("link", "iframe", "object", "base")
        assert "src" not in attributes and "href" not in attributes
    assert not re.search(r"https?:|//[a-z]|@import|url\(|fetch\(|XMLHttpRequest", page.split('<script id="data"')[0])
    assert all(sheet.startswith("data:image/") for sheet in [*values(page)["sheets"], *values(page)["cover"]])
    assert 'name="viewport"' in page and "prefers-color-scheme" in page


def test_a_name_can_not_become_part_of_the_page():
    honest, evil = (html_text(plan_of(tower(2), name=name)) for name in ("honest", EVIL))
    assert [tag for tag, _ in Tags(evil).found] == [tag for tag, _ in Tags(honest).found]
    assert values(evil)["title"] == EVIL


def test_equal_plans_give_equal_pages_and_size_grows_with_parts():
    assert html_text(plan_of(wall(6))) == html_text(plan_of(wall(6)))
    short, long = (len(html_text(plan_of(wall(steps)))) for steps in (60, 120))
    assert long < 2.5 * short


DRIVER = """
<script>
const told = {errors: []};
addEventListener("error", event => told.errors.push(String(event.message)));
addEventListener("unhandledrejection", event => told.errors.push(String(event.reason)));
const canvas = document.getElementById("picture"), slider = document.getElementById("slider");
const sleep = time => new Promise(done => setTimeout(done, time));
async function look(name) {
  for (let tries = 0; tries < 200 && Number(canvas.dataset.step) !== slider.valueAsNumber; tries++) await sleep(20);
  const pen = canvas.getContext("2d"), pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0, drawn = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    sum = (sum * 31 + pixels[i] + 3 * pixels[i + 1] + 7 * pixels[i + 2] + 11 * pixels[i + 3]) % 1000000007;
    drawn += pixels[i + 3] > 0;
  }
  told[name] = {sum, drawn, step: slider.valueAsNumber, number: document.getElementById("number").textContent,
    parts: [...document.querySelectorAll("#needed b")].map(one => one.textContent),
    wide: document.documentElement.scrollWidth - innerWidth};
}
function finger(kind, x) {
  const touch = new Touch({identifier: 1, target: document.getElementById("stage"), clientX: x, clientY: 100});
  const touches = kind === "touchend" ? [] : [touch];
  const event = new TouchEvent(kind, {touches, changedTouches: [touch], bubbles: true});
  document.getElementById("stage").dispatchEvent(event);
}
(async () => {
  told.cover = [...document.querySelectorAll("#cover img")].length;
  document.querySelector("[data-page=steps]").click();
  await look("first");
  slider.value = 20; slider.dispatchEvent(new Event("input"));
  await look("slid");
  document.getElementById("next").click();
  await look("next");
  document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowLeft", bubbles: true}));
  await look("key");
  finger("touchstart", 300); finger("touchend", 100);
  await look("swiped");
  slider.value = 1; slider.dispatchEvent(new Event("input"));
  await look("back");
  document.querySelector("[data-page=parts]").click();
  const boxes = [...document.querySelectorAll("#parts input")];
  boxes[0].click();
  told.boxes = boxes.map(box => box.checked);
  told.resources = performance.getEntriesByType("resource").map(one => one.name.slice(0, 30));
  told.title = document.title;
  const result = document.createElement("pre");
  result.id = "told";
  result.textContent = JSON.stringify(told);
  document.body.append(result);
})();
</script>
</body>"""


@pytest.fixture(scope="module")
def browsed(tmp_path_factory):
    """What a page tells after it was used in a browser, and the addresses the browser asked for."""
    if not BROWSER:
        pytest.skip("no Chromium to open the page with (Debian: apt-get install chromium)")
    folder = tmp_path_factory.mktemp("page")
    page, log = folder / "page.html", folder / "log.json"
    text = html_text(plan_of([*wall(), row("3005", 20, 0, 0, role=Role.SUPPORT_OUTER)], name=EVIL))
    page.write_text(text.replace("</body>", DRIVER), encoding="utf-8")
    call = [
        BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-default-apps", "--window-size=500,900",
        f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--virtual-time-budget=60000", "--dump-dom",
        page.as_uri(),
    ]  # fmt: skip
    dom = subprocess.run(call, capture_output=True, text=True, timeout=240, check=True).stdout
    told = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    assert told, dom[-2000:]
    asked = set(re.findall(r'"url":"([a-z]+:[^"]{0,80})', log.read_text(encoding="utf-8", errors="replace")))
    return json.loads(told[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")), asked


def test_moving_the_slider_changes_the_picture_and_the_list(browsed):
    told, _ = browsed
    assert told["errors"] == [] and told["cover"] == 2
    assert [told[name]["step"] for name in ("first", "slid", "next", "key", "swiped", "back")] == [1, 20, 21, 20, 21, 1]
    assert told["slid"]["number"] == "20" and told["slid"]["parts"] == ["1x"]
    assert told["slid"]["drawn"] > 3 * told["first"]["drawn"] > 0
    assert told["slid"]["sum"] != told["first"]["sum"] and told["next"]["sum"] != told["slid"]["sum"]


def test_every_way_to_a_step_shows_the_same_picture(browsed):
    told, _ = browsed
    assert told["key"] == told["slid"] and told["swiped"] == told["next"] and told["back"] == told["first"]


def test_parts_can_be_ticked_and_nothing_is_wider_than_a_phone(browsed):
    told, _ = browsed
    assert told["boxes"][0] and not any(told["boxes"][1:])
    assert told["slid"]["wide"] <= 0


def test_no_request_leaves_the_page(browsed):
    told, asked = browsed
    assert told["title"] != "taken over"
    assert all(name.startswith("data:") for name in told["resources"])
    # The browser itself asks its maker for the time and for updates.
    own = re.compile(
        r"(file|data|chrome|chrome-[a-z]+|about|devtools):|https?://[a-z0-9.]+\.(google|googleapis|gvt1)\.com/"
    )
    assert not {address for address in asked if not own.match(address)}
