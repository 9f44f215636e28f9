// Keeps the draft of an answer while it is written: when a field is left, and every 30
// seconds after a change. The page works without it, by its button.
"use strict";

(() => {
  const form = document.getElementById("reponse");
  const says = document.getElementById("brouillon");
  if (!form || !says) return;
  let changed = false;
  let stopped = false;
  let sending = null; // what is on its way

  async function send() {
    const body = new URLSearchParams(new FormData(form));
    body.set("action", "brouillon");
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      says.textContent = told.text ?? "Le brouillon n’est pas enregistré.";
      if (answer.ok) form.elements.rev.value = told.rev;
      else stopped = true;
    } catch {
      changed = true;
      says.textContent = "Le brouillon n’est pas enregistré : pas de connexion. Nouvel essai dans 30 secondes.";
    }
    sending = null;
  }

  function keep() {
    if (!changed || sending || stopped) return;
    changed = false;
    sending = send();
  }

  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("change", () => { changed = true; keep(); });
  // What is sent must know the revision that the draft on its way makes.
  form.addEventListener("submit", (event) => {
    if (!sending) {
      stopped = true;
      return;
    }
    event.preventDefault();
    sending.then(() => form.requestSubmit(event.submitter));
  });
  setInterval(keep, 30_000);
})();
