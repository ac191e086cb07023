// Draws the table of the page as a line with its band and its limits; the table stays for all.
import uPlot from "../vendor/uPlot.esm.js";

const chart = document.getElementById("chart");
const rows = [...document.getElementById(chart.dataset.points).querySelectorAll("tr[data-t]")];
const tokens = getComputedStyle(document.documentElement);
const colour = (name) => tokens.getPropertyValue(name).trim();
const column = (place) => rows.map((row) => Number(row.cells[place].textContent));

const days = rows.length && rows.at(-1).dataset.t - rows[0].dataset.t > 86400;
const words = new Intl.DateTimeFormat(document.documentElement.lang, {
  timeZone: chart.dataset.zone,
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  ...(days ? { month: "2-digit", day: "2-digit" } : {}),
});
const clock = (seconds) => words.format(new Date(seconds * 1e3));

if (rows.length) {
  const times = rows.map((row) => Number(row.dataset.t));
  const limits = JSON.parse(chart.dataset.limits);
  const line = { stroke: colour("--brand"), width: 2 };
  const edge = { stroke: colour("--brand-pale"), width: 1 };
  const options = {
    width: chart.clientWidth,
    height: 320,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), chart.dataset.zone),
    scales: { y: { range: (_self, low, high) => around([low, high, ...limits.map((l) => l.value)]) } },
    axes: [{ stroke: colour("--ink-soft"), values: (_self, moments) => moments.map(clock), space: 90 }, { stroke: colour("--ink-soft"), label: chart.dataset.unit, size: 70 }],
    series: [
      { label: chart.dataset.time, value: (_self, moment) => (moment == null ? "" : clock(moment)) },
      { label: chart.dataset.low, ...edge },
      { label: chart.dataset.name, ...line },
      { label: chart.dataset.high, ...edge },
      ...limits.map((limit) => ({ label: limit.label, stroke: colour("--bad"), width: 1.5, dash: [8, 6] })),
    ],
    bands: [{ series: [3, 1], fill: colour("--brand-pale") }],
  };
  const data = [times, column(1), column(2), column(3), ...limits.map((l) => times.map(() => l.value))];
  const plot = new uPlot(options, data, chart);
  new ResizeObserver(() => plot.setSize({ width: chart.clientWidth, height: 320 })).observe(chart);
}

function around(values) {
  const known = values.filter(Number.isFinite);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const margin = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - margin, high + margin];
}
