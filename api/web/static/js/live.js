// The live stream says only that something changed; the page then fetches its region anew.
const PAUSE_MS = 250; // several changes at once are one fetch

export function startLive(body) {
  const url = body.dataset.live;
  if (!url) return;
  const status = document.getElementById("connection");
  let waiting = 0;
  let lost = false;

  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => body.dispatchEvent(new CustomEvent("sanlai:changed")), PAUSE_MS);
  };

  // A log-in that has ended is answered with the log-in page: go there instead of showing it here.
  document.addEventListener("htmx:before:response", (event) => {
    const response = event.detail?.ctx?.response;
    if (response?.raw?.redirected || response?.status === 401) {
      event.preventDefault();
      window.location.reload();
    }
  });

  const source = new EventSource(url);
  source.addEventListener("changed", changed);
  source.onmessage = changed;
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
