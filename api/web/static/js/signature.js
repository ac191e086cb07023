// A name drawn with finger, pen or mouse, kept as strokes of points; a typed name does as well.
export function startSignatures(document) {
  const attachNew = () => {
    for (const pad of document.querySelectorAll("canvas[data-signature]:not([data-ready])")) {
      pad.dataset.ready = "yes";
      attach(pad);
    }
  };
  attachNew();
  document.addEventListener("htmx:after:swap", attachNew);
}

function attach(pad) {
  const field = document.getElementById(pad.dataset.signature);
  const clear = document.getElementById(pad.dataset.clear);
  const context = pad.getContext("2d");
  const ink = getComputedStyle(pad).color;
  let strokes = parse(field.value);
  let current = null;

  const fit = () => {
    const scale = window.devicePixelRatio || 1;
    pad.width = pad.clientWidth * scale;
    pad.height = pad.clientHeight * scale;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.lineWidth = 2.5;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = ink;
    draw();
  };
  const draw = () => {
    context.clearRect(0, 0, pad.clientWidth, pad.clientHeight);
    for (const stroke of strokes) {
      context.beginPath();
      stroke.forEach(([x, y], place) => place ? context.lineTo(x, y) : context.moveTo(x, y));
      context.stroke();
    }
  };
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most, Math.round(value * 10) / 10));
    return [within(event.clientX - box.left, box.width), within(event.clientY - box.top, box.height)];
  };
  const keep = () => { field.value = strokes.length ? JSON.stringify(strokes) : ""; };

  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    current = [point(event)];
    strokes.push(current);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!current) return;
    const next = point(event);
    const [x, y] = current[current.length - 1];
    if (Math.hypot(next[0] - x, next[1] - y) < 1.5) return; // a hand at rest adds nothing
    current.push(next);
    draw();
  });
  const end = () => { if (current) { current = null; keep(); draw(); } };
  pad.addEventListener("pointerup", end);
  pad.addEventListener("pointercancel", end);
  clear.addEventListener("click", () => { strokes = []; keep(); draw(); });
  // The device's own time, beside the server's: a clock that is wrong shows.
  const form = pad.closest("form");
  form?.addEventListener("submit", () => {
    const time = form.querySelector("[data-device-time]");
    if (time) time.value = new Date().toISOString();
  });
  new ResizeObserver(fit).observe(pad);
}

function parse(text) {
  try {
    const read = JSON.parse(text || "[]");
    return Array.isArray(read) ? read : [];
  } catch { return []; }
}
