// What was typed and not yet sent outlives a page left by mistake and a log-in that has run out.
// It is forgotten once it is sent, and when its writer logs out; nobody else ever gets it.
const SECRET = new Set(["csrf_token", "idempotency_key"]);

export function startDrafts(document) {
  if (new URLSearchParams(location.search).get("said") === "logged_out") sessionStorage.clear();
  const key = (name) => `sanlai-draft-${document.body.dataset.actor}-${name}`;
  const done = document.querySelector("[data-draft-done]");
  if (done) sessionStorage.removeItem(key(done.dataset.draftDone));
  for (const form of document.querySelectorAll("form[data-draft]")) attach(form, key(form.dataset.draft));
}

function attach(form, key) {
  if (form.dataset.fresh !== undefined) restore(form, sessionStorage.getItem(key));
  form.addEventListener("input", () => {
    const kept = {};
    for (const [name, value] of new FormData(form)) if (!SECRET.has(name)) kept[name] = value;
    sessionStorage.setItem(key, JSON.stringify(kept));
  });
}

function restore(form, text) {
  if (!text) return;
  let kept;
  try { kept = JSON.parse(text); } catch { return; }
  for (const [name, value] of Object.entries(kept)) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = value;
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
