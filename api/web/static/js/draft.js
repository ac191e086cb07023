// What was typed and not yet sent outlives a tab closed by mistake; it is forgotten once sent.
const KEY = "sanlai-draft-";
const SECRET = new Set(["csrf_token", "idempotency_key"]);

export function startDrafts(document) {
  const done = document.querySelector("[data-draft-done]");
  if (done) sessionStorage.removeItem(KEY + done.dataset.draftDone);
  // Whoever logs in next must not find the words of the one before.
  if (document.querySelector("form[data-login]")) sessionStorage.clear();
  for (const form of document.querySelectorAll("form[data-draft]")) attach(form);
}

function attach(form) {
  const key = KEY + form.dataset.draft;
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
