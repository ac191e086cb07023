// Times written as "3 minutes ago" or "in 12 minutes" move on while the page is open.
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

export function startTimes(document) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always", style: "short" });
  const refresh = () => {
    for (const element of document.querySelectorAll("time[data-relative]")) {
      const seconds = Math.round((Date.parse(element.dateTime) - Date.now()) / 1000);
      const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? STEPS[3];
      const text = words.format(Math.trunc(seconds / size), unit);
      if (element.textContent !== text) element.textContent = text;
    }
  };
  refresh();
  setInterval(refresh, 1000);
  document.addEventListener("htmx:after:swap", refresh);
}
