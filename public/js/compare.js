// The structures chosen to be compared, kept for the session of this tab, from
// page to page of results. Without this script the boxes are a plain form.
"use strict";

(() => {
  const key = "sourcier.comparer";
  const box = () => document.querySelector("form.compare-box"); // a heading may have the id

  // What is stored may be of another version, or not be there at all.
  function read() {
    try {
      const list = JSON.parse(sessionStorage.getItem(key));
      return Array.isArray(list) ? list.filter((p) => typeof p?.id === "string" && typeof p?.name === "string") : [];
    } catch {
      return [];
    }
  }

  let memory = read();

  function write(list) {
    memory = list;
    try {
      sessionStorage.setItem(key, JSON.stringify(list));
    } catch {
      // full or forbidden: the choice lasts as long as the page
    }
  }

  const name = (pick) => pick.closest("article").querySelector(".card-name").textContent.trim();
  const most = () => Number(box().dataset.max);

  function render(message) {
    const form = box();
    if (!form) return;
    for (const pick of document.querySelectorAll("[data-pick]")) {
      pick.removeAttribute("form"); // the box sends what was chosen on every page
      pick.checked = memory.some((p) => p.id === pick.value);
    }
    form.classList.add("is-live");
    form.hidden = memory.length === 0 && !message;
    const n = memory.length;
    form.querySelector(".compare-box-text").textContent = message ?? (n === 1 ? "1 structure choisie, ajoutez-en une autre" : `${n} structures choisies`);
    form.querySelector("[type=submit]").hidden = n < 2;
    form.querySelector(".compare-box-list").replaceChildren(...memory.map(line));
    back(form);
  }

  // line is one of the chosen: it is sent with the form, and can be left out.
  function line(p) {
    const li = document.createElement("li");
    const id = Object.assign(document.createElement("input"), { type: "hidden", name: "id", value: p.id });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "compare-chip", textContent: p.name });
    button.dataset.drop = p.id;
    button.setAttribute("aria-label", `Ne plus comparer ${p.name}`);
    const x = Object.assign(document.createElement("span"), { textContent: "×" });
    x.setAttribute("aria-hidden", "true");
    button.append(" ", x);
    li.append(id, button);
    return li;
  }

  // The comparison leads back to the list as it is now.
  function back(form) {
    let field = form.querySelector("[name=retour]");
    const search = window.location.search.slice(1);
    if (!field && search) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name: "retour" });
      form.prepend(field);
    }
    if (field) field.value = search;
  }

  function drop(id) {
    write(memory.filter((p) => p.id !== id));
  }

  document.addEventListener("change", (event) => {
    const pick = event.target;
    if (!pick.matches("[data-pick]") || !box()) return;
    if (!pick.checked) {
      drop(pick.value);
    } else if (memory.length >= most()) {
      pick.checked = false;
      render(`${most()} structures au plus\u202f: retirez-en une d’abord`);
      return;
    } else {
      write([...memory, { id: pick.value, name: name(pick) }]);
    }
    render();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-drop]");
    if (button) {
      const at = [...box().querySelectorAll("[data-drop]")].indexOf(button);
      drop(button.dataset.drop);
      render();
      // The button is gone: the next one has the focus, else what is left of the page.
      const rest = box().querySelectorAll("[data-drop]");
      (rest[Math.min(at, rest.length - 1)] ?? document.querySelector("[data-pick]") ?? document.getElementById("contenu")).focus();
    }
    // What is left out of the comparison is no longer chosen either.
    const removed = event.target.closest?.("[data-removes]");
    if (removed) drop(removed.dataset.removes);
  });

  document.addEventListener("htmx:afterSettle", () => render());
  // A page that the browser kept shows boxes as they were then.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    memory = read();
    render();
  });

  render();
})();
