// Draws each table of the page as a line over its band, with its limits; the tables stay for all.
// A cursor on one chart stands at the same instant on every other.
import uPlot from "../vendor/uPlot.esm.js";

const HEIGHT = 176;
const tokens = getComputedStyle(document.documentElement);
const colour = (name) => tokens.getPropertyValue(name).trim();

for (const chart of document.querySelectorAll("[data-points]")) draw(chart);

function draw(chart) {
  const rows = [...document.getElementById(chart.dataset.points).querySelectorAll("tr[data-t]")];
  const states = chart.dataset.states?.split(" ");
  const limits = JSON.parse(chart.dataset.limits);
  const columns = withGaps(rows, chart.dataset.every, states);
  const clock = clockOf(chart.dataset.zone);
  const plain = { points: { show: false }, ...(states ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}) };
  const unseen = { ...plain, stroke: "transparent", width: 0 };
  const axis = { stroke: colour("--ink-soft"), grid: { stroke: colour("--line"), width: 1 } };
  const options = {
    width: chart.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { sync: { key: "station" }, y: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), chart.dataset.zone),
    scales: { y: { range: (_self, low, high) => around(states ? [0, 1] : [low, high, ...limits]) } },
    axes: [
      { ...axis, space: 110, values: (_self, moments, _axis, _space, step) => moments.map((moment) => clock(moment, step)) },
      { ...axis, size: 70, ...(states ? { splits: [0, 1], values: () => states } : {}) },
    ],
    series: [
      {},
      unseen,
      unseen,
      { ...plain, stroke: colour("--brand"), width: 2 },
      ...limits.map(() => ({ ...plain, stroke: colour("--bad"), width: 1.5, dash: [8, 6] })),
    ],
    bands: [{ series: [1, 2], fill: colour("--brand-band") }],
    hooks: { setCursor: [readout(chart, states)] },
  };
  const data = [...columns, ...limits.map((limit) => columns[0].map(() => limit))];
  const plot = new uPlot(options, data, chart);
  new ResizeObserver(() => plot.setSize({ width: chart.clientWidth, height: HEIGHT })).observe(chart);
}

// Times, highest, lowest and mean. Where readings are missing the line is broken, not bridged.
function withGaps(rows, every, states) {
  const number = (text) => (states?.includes(text) ? states.indexOf(text) : Number(text));
  const columns = [[], [], [], []];
  const add = (...values) => values.forEach((value, place) => columns[place].push(value));
  for (const row of rows) {
    const time = Number(row.dataset.t);
    const before = columns[0].at(-1);
    if (time - before > 3 * every) add(before + Number(every), null, null, null);
    const [low, mean, high] = [1, 2, 3].map((place) => number(row.cells[place].textContent));
    add(time, high, low, mean);
  }
  return columns;
}

// Says the value under the cursor, with its unit; the newest one where there is no cursor.
function readout(chart, states) {
  const place = document.getElementById(chart.dataset.readout);
  const newest = [...place.childNodes].map((node) => node.cloneNode(true));
  const rows = document.getElementById(chart.dataset.points);
  return (plot) => {
    const row = plot.cursor.idx == null ? null : rows.querySelector(`tr[data-t="${plot.data[0][plot.cursor.idx]}"]`);
    if (!row) return place.replaceChildren(...newest.map((node) => node.cloneNode(true)));
    const [time, low, mean, high] = [...row.cells].map((cell) => cell.textContent);
    const value = document.createElement("strong");
    value.textContent = states ? states[Math.round(mean)] : `${mean} ${chart.dataset.unit}`;
    place.replaceChildren(`${time} `, value, low === high ? "" : ` (${low} – ${high})`);
  };
}

// Ticks are written as finely as they stand apart.
function clockOf(zone) {
  const written = (parts) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...parts });
  const minutes = { hour: "2-digit", minute: "2-digit" };
  const second = written({ ...minutes, second: "2-digit" });
  const minute = written(minutes);
  const day = written({ month: "2-digit", day: "2-digit" });
  return (seconds, step) => {
    const at = new Date(seconds * 1e3);
    if (step < 60) return second.format(at);
    const parts = Object.fromEntries(day.formatToParts(at).map(({ type, value }) => [type, value]));
    if (step >= 86400) return `${parts.month}-${parts.day}`;
    return minute.format(at) === "00:00" ? `${parts.month}-${parts.day}` : minute.format(at);
  };
}

function around(values) {
  const known = values.filter(Number.isFinite);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const margin = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - margin, high + margin];
}
