// Puts a structure on a list without leaving the page: the page that a link
// [data-add] leads to is shown over it. Without this script the link is a link.
"use strict";

(() => {
  if (!window.HTMLDialogElement) return;
  let opener = null;

  function dialog() {
    let box = document.getElementById("sur-page");
    if (box) return box;
    box = Object.assign(document.createElement("dialog"), { id: "sur-page", className: "over-page" });
    box.setAttribute("aria-labelledby", "sur-page-titre");
    const title = Object.assign(document.createElement("h2"), { id: "sur-page-titre", textContent: "Ajouter à une liste" });
    const close = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline-primary", textContent: "Fermer" });
    close.addEventListener("click", () => box.close());
    const head = Object.assign(document.createElement("div"), { className: "over-page-head" });
    head.append(title, close);
    box.append(head, Object.assign(document.createElement("div"), { className: "over-page-body" }));
    box.addEventListener("close", () => opener?.focus());
    document.body.append(box);
    return box;
  }

  const say = (text) => { document.getElementById("annonce").textContent = text; };

  // show puts what a page says into the dialog; false when it is another page.
  function show(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const part = page.getElementById("ajouter");
    if (!part) return false;
    const box = dialog();
    box.querySelector(".over-page-body").replaceChildren(document.adoptNode(part));
    if (!box.open) box.showModal();
    (box.querySelector(".error-summary a") ?? box.querySelector("select, input:not([type=hidden])"))?.focus();
    return true;
  }

  // said is shown where the link was, and told.
  function said(text) {
    const place = opener?.parentElement;
    dialog().close();
    place?.querySelector(".add-said")?.remove();
    place?.append(Object.assign(document.createElement("span"), { className: "add-said note", textContent: "✓ " + text }));
    say(text);
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[data-add]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opener = link;
    const answer = await fetch(link.href).catch(() => null);
    if (!answer?.ok || !show(await answer.text())) window.location.assign(link.href);
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.closest("#sur-page")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    if (!answer) {
      say("La liste n’a pas répondu\u202f: la connexion est coupée ou trop lente. Rien n’est ajouté.");
      return;
    }
    const page = await answer.text();
    if (answer.redirected && answer.ok) {
      const done = new DOMParser().parseFromString(page, "text/html").querySelector(".notice[role=status]");
      said(done ? done.textContent.replace("✓", "").trim() : "Ajoutée à la liste");
    } else if (!show(page)) {
      window.location.assign(form.action);
    }
  });
})();
