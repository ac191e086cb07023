// One press, one submit: the idempotency key makes a second one harmless, this makes it rare.
// Rows of a list ("add a line") are grown from a <template>.
export function guardForms(document) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button[type=submit]")) {
      setTimeout(() => { button.disabled = true; });
    }
  });
  // A page that comes back from the browser's memory is to be usable again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) event.target.form?.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-add]");
    if (button) addRow(document, button);
    if (event.target.closest("button[data-print]")) window.print();
  });
}

function addRow(document, button) {
  const list = document.getElementById(button.dataset.add);
  const place = list.querySelectorAll("[data-row]").length;
  const row = document.getElementById(`${button.dataset.add}-template`).content.cloneNode(true);
  for (const element of row.querySelectorAll("*")) {
    for (const name of ["id", "name", "for", "aria-label"]) {
      if (element.hasAttribute(name)) {
        element.setAttribute(name, element.getAttribute(name).replaceAll("__n__", place));
      }
    }
  }
  list.append(row);
  list.lastElementChild.querySelector("input")?.focus();
}
