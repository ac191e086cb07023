// Draws each [data-numbers] as one line over its band, as one line for each phase, or as bars, with limits;
// the tables beside them stay for all. A cursor on one chart stands at the same instant on every other.
import uPlot from "../vendor/uPlot.esm.js";

const HEIGHT = 176;
const PHASES = ["--brand", "--warn", "--good", "--ink-soft"];
const tokens = getComputedStyle(document.documentElement);
const colour = (name) => tokens.getPropertyValue(name).trim();

for (const chart of document.querySelectorAll("[data-numbers]")) draw(chart);

function draw(chart) {
  const lines = JSON.parse(chart.dataset.numbers);
  const states = JSON.parse(chart.dataset.states);
  const limits = JSON.parse(chart.dataset.limits);
  const every = Number(chart.dataset.every);
  const alone = lines.length === 1;
  const bars = chart.dataset.bars === "1";
  const clock = clockOf(chart.dataset.zone);
  const plain = { points: { show: false }, ...(states.length ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}) };
  const unseen = { ...plain, stroke: "transparent", width: 0 };
  const line = (name) => ({ ...plain, stroke: colour(name), width: 2 });
  const bar = { ...plain, fill: colour("--brand"), paths: uPlot.paths.bars({ size: [0.8, 40], align: 1 }) };
  const axis = { stroke: colour("--ink-soft"), grid: { stroke: colour("--line"), width: 1 } };
  const options = {
    width: chart.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { sync: { key: "station" }, y: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), chart.dataset.zone),
    // A bar stands on its interval, so the newest needs an interval of room.
    scales: { ...(bars ? { x: { range: (_self, first, last) => [first, last + every] } } : {}), y: { range: (_self, low, high) => around(states.length ? [0, states.length - 1] : [bars ? 0 : low, high, ...limits], bars) } },
    axes: [
      { ...axis, space: 110, values: (_self, moments, _axis, _space, step) => moments.map((moment) => clock(moment, step)) },
      { ...axis, size: 84, ...(states.length ? { splits: states.map((_word, place) => place), values: () => states } : {}) },
    ],
    series: [
      {},
      ...(alone ? [unseen, unseen, bars ? bar : line("--brand")] : lines.map((_line, place) => line(PHASES[place % PHASES.length]))),
      ...limits.map(() => ({ ...plain, stroke: colour("--bad"), width: 1.5, dash: [8, 6] })),
    ],
    bands: alone && !bars ? [{ series: [1, 2], fill: colour("--brand-band") }] : [],
    hooks: { setCursor: [readout(chart, lines, states)] },
  };
  const columns = alone ? band(lines[0].at, every) : phases(lines, every);
  const plot = new uPlot(options, [...columns, ...limits.map((limit) => columns[0].map(() => limit))], chart);
  new ResizeObserver(() => plot.setSize({ width: chart.clientWidth, height: HEIGHT })).observe(chart);
}

// Times, highest, lowest and mean of one line.
function band(at, every) {
  const rows = withGaps(at.map(([time]) => time), every);
  const found = new Map(at.map(([time, ...values]) => [time, values]));
  const column = (place) => rows.map((time) => found.get(time)?.[place] ?? null);
  return [rows, column(2), column(0), column(1)];
}

// Times, and the mean of each line.
function phases(lines, every) {
  const times = [...new Set(lines.flatMap(({ at }) => at.map(([time]) => time)))].sort((a, b) => a - b);
  const rows = withGaps(times, every);
  const means = lines.map(({ at }) => new Map(at.map(([time, , mean]) => [time, mean])));
  return [rows, ...means.map((found) => rows.map((time) => found.get(time) ?? null))];
}

// Where readings are missing a time without values stands between, so that the line is broken, not bridged.
function withGaps(times, every) {
  return times.flatMap((time, place) => (time - times[place - 1] > 3 * every ? [times[place - 1] + every, time] : [time]));
}

// Says the values under the cursor, with their unit; the newest where there is no cursor.
function readout(chart, lines, states) {
  const place = document.getElementById(chart.dataset.readout);
  const newest = [...place.childNodes].map((node) => node.cloneNode(true));
  const decimals = Number(chart.dataset.decimals);
  const written = (value) => (states.length ? (states[Math.round(value)] ?? String(value)) : value.toFixed(decimals));
  const moment = momentOf(chart.dataset.zone);
  return (plot) => {
    const time = plot.cursor.idx == null ? null : plot.data[0][plot.cursor.idx];
    const rows = lines.map(({ name, at }) => ({ name, row: at.find(([start]) => start === time) })).filter(({ row }) => row);
    if (!rows.length) return place.replaceChildren(...newest.map((node) => node.cloneNode(true)));
    const means = rows.map(({ name, row }) => (lines.length > 1 ? `${name} ` : "") + written(row[2]));
    const value = document.createElement("strong");
    value.textContent = `${means.join(", ")} ${chart.dataset.unit}`.trim();
    const [, low, , high] = rows[0].row;
    const range = lines.length > 1 || written(low) === written(high) ? "" : ` (${written(low)} – ${written(high)})`;
    place.replaceChildren(`${moment(time)} `, value, range);
  };
}

// Day and time as the table writes them.
function momentOf(zone) {
  const form = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return (seconds) => form.format(new Date(seconds * 1e3));
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

function around(values, fromZero) {
  const known = values.filter(Number.isFinite);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const margin = (high - low || Math.abs(high) || 1) * 0.08;
  return [fromZero ? 0 : low - margin, high + margin];
}
