// Where a step is taken: attached when the person allows it, and never waited for.
export function startWhere(document) {
  const fields = document.querySelectorAll("input[data-where]");
  if (!fields.length || !navigator.geolocation) return;
  const put = (values) => {
    for (const field of document.querySelectorAll("input[data-where]")) {
      field.value = values[field.dataset.where] ?? "";
    }
  };
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
