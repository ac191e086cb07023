// The live stream says only that something changed; the page then fetches its region anew.
const PAUSE_MS = 1000; // changes that follow so closely are one fetch

export function startLive(body) {
  const streams = (body.dataset.live ?? "").split(" ").filter(Boolean);
  if (!streams.length) return;
  const status = document.getElementById("connection");
  let waiting = 0;
  let last = 0;

  // The first change is shown at once, those right after it together.
  const fetchAnew = () => {
    waiting = 0;
    last = Date.now();
    body.dispatchEvent(new CustomEvent("sanlai:changed"));
  };
  const changed = () => {
    if (!waiting) waiting = setTimeout(fetchAnew, Math.max(0, last + PAUSE_MS - Date.now()));
  };

  // A log-in that has ended is answered with the log-in page: go there instead of showing it here.
  document.addEventListener("htmx:before:response", (event) => {
    const response = event.detail?.ctx?.response;
    if (response?.raw?.redirected || response?.status === 401) {
      event.preventDefault();
      window.location.reload();
    }
  });

  // The region is drawn for the post that its page was drawn for, whatever another tab has chosen.
  document.addEventListener("htmx:config:request", (event) => {
    const headers = event.detail?.ctx?.request?.headers;
    if (headers && body.dataset.post) headers["Acting-As"] = body.dataset.post;
  });

  for (const url of streams) follow(url, changed, status);
}

function follow(url, changed, status) {
  let lost = false;
  const source = new EventSource(url);
  source.addEventListener("changed", changed);
  source.onopen = () => {
    if (lost) { status.textContent = status.dataset.back; changed(); }
    lost = false;
  };
  source.onerror = () => {
    if (!lost) status.textContent = status.dataset.lost;
    lost = true;
  };
  window.addEventListener("pagehide", () => source.close());
}
