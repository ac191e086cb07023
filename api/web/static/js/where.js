// Where a step is taken: attached when the person allows it, and never waited for.
export function startWhere(document) {
  // Only on the technician's pages: elsewhere nobody is asked for their position.
  if (!document.querySelector("[data-ask-where]") || !navigator.geolocation) return;
  let known = {};
  const put = (values) => {
    known = values;
    for (const field of document.querySelectorAll("input[data-where]")) {
      field.value = values[field.dataset.where] ?? "";
    }
  };
  document.addEventListener("htmx:after:swap", () => put(known));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => put({
      lat: coords.latitude.toFixed(6),
      lon: coords.longitude.toFixed(6),
      note: `±${Math.round(coords.accuracy)} m`,
    }),
    () => put({}),
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
  );
}
