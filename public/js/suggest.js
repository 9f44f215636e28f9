// Suggestions while a search is typed: an editable combobox with a list (ARIA
// Authoring Practices). Without this script, or without an answer from the
// network, the field is a plain field.
"use strict";

(() => {
  const delay = 120; // ms without a key before asking
  const settle = 500; // ms more before a screen reader is told
  const minimum = 2; // letters
  const remembered = 50; // answers kept for who goes back over a text

  // What each kind is called, and its sign: 16 by 16, drawn with strokes.
  const kinds = {
    sector: { title: "Secteurs", sign: "M2.5 8.6V3a.5.5 0 0 1 .5-.5h5.6l5 5-6 6zM5.6 5.6h.01" },
    territory: { title: "Lieux", sign: "M8 14c-2.7-2.7-4.5-5.2-4.5-7.5a4.5 4.5 0 0 1 9 0C12.5 8.8 10.7 11.3 8 14zM8 8a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z" },
    cpv: { title: "Codes CPV", sign: "M6.2 2.500l-1.4 11M11.2 2.500l-1.4 11M2.5 5.800h11.400M2.1 10.200h11.4" },
    structure: { title: "Structures", sign: "M3 13.500V2.500h6.500v11M9.5 6.500H13v7M1.5 13.500h13M5.5 5.500H7M5.5 8H7M5.5 10.500H7" },
  };

  const answers = new Map();

  async function ask(text, signal) {
    if (answers.has(text)) return answers.get(text);
    const response = await fetch("/api/v1/suggest?q=" + encodeURIComponent(text), { signal });
    if (!response.ok) return { items: [] };
    const answer = await response.json();
    if (answers.size >= remembered) answers.delete(answers.keys().next().value);
    answers.set(text, answer);
    return answer;
  }

  function element(name, className, ...children) {
    const e = document.createElement(name);
    if (className) e.className = className;
    e.append(...children);
    return e;
  }

  function sign(kind) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "suggestion-sign");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", kinds[kind].sign);
    svg.append(path);
    return svg;
  }

  // attach turns the field into a combobox; the elements it needs are made here,
  // so that the page without a script holds no dead control.
  function attach(field) {
    if (!field || field.dataset.combobox) return;
    field.dataset.combobox = "on";
    const note = element("p", "suggestions-note");
    const list = element("div", "suggestions-list");
    const popup = element("div", "suggestions", note, list);
    list.id = field.id + "-suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    note.hidden = popup.hidden = true;
    field.parentElement.append(popup);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-controls": list.id,
    })) field.setAttribute(name, value);

    let items = []; // shown, in the order of the options
    let options = [];
    let active = -1;
    let waiting = null; // the request under way
    let timer = 0;
    let told = 0;

    function activate(at) {
      options[active]?.setAttribute("aria-selected", "false");
      active = at;
      const option = options[active];
      if (!option) {
        field.removeAttribute("aria-activedescendant");
        return;
      }
      option.setAttribute("aria-selected", "true");
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest", behavior: "instant" });
    }

    function hide() {
      popup.hidden = true;
      field.setAttribute("aria-expanded", "false");
    }

    // stop forgets what is still to come, close what is shown too.
    function stop() {
      clearTimeout(timer);
      clearTimeout(told);
      waiting?.abort();
      waiting = null;
      activate(-1);
    }

    function close() {
      stop();
      hide();
    }

    const isOpen = () => !popup.hidden;

    function show(answer) {
      activate(-1);
      items = Object.keys(kinds).flatMap((kind) => answer.items.filter((item) => item.kind === kind));
      options = [];
      if (items.length === 0) {
        hide();
        return;
      }
      list.replaceChildren(...Object.keys(kinds).flatMap(group));
      note.hidden = !answer.corrected;
      note.textContent = answer.corrected ? "Suggestions pour «\u00a0" + answer.corrected + "\u00a0»" : "";
      popup.hidden = false;
      field.setAttribute("aria-expanded", "true");
      const count = items.length === 1 ? "1 suggestion" : items.length + " suggestions";
      told = setTimeout(() => announce(count + (answer.corrected ? " pour «\u00a0" + answer.corrected + "\u00a0»" : "")), settle);
    }

    function group(kind) {
      const mine = items.filter((item) => item.kind === kind);
      if (mine.length === 0) return [];
      const title = element("div", "suggestions-kind", kinds[kind].title);
      title.id = list.id + "-" + kind;
      title.setAttribute("role", "presentation");
      const g = element("div", "suggestions-group", title, ...mine.map(option));
      g.setAttribute("role", "group");
      g.setAttribute("aria-labelledby", title.id);
      return [g];
    }

    function option(item) {
      const label = element("span", "suggestion-label");
      if (item.kind === "cpv") label.append(element("span", "suggestion-code", item.value), " ");
      if (item.rest) label.append(element("span", "suggestion-rest", item.rest), " · ");
      label.append(item.label);
      const text = element("div", "suggestion-text", label);
      if (item.detail) text.append(element("span", "suggestion-detail", element("span", "visually-hidden", ", "), item.detail));
      const o = element("div", "suggestion", sign(item.kind), text);
      o.id = list.id + "-" + options.length;
      o.setAttribute("role", "option");
      o.setAttribute("aria-selected", "false");
      o.addEventListener("click", () => choose(item));
      options.push(o);
      return o;
    }

    function choose(item) {
      close();
      const form = field.form;
      switch (item.kind) {
        case "structure":
          window.location.assign(item.url);
          return;
        case "sector":
          field.value = "";
          setOnly(form, "sector", item.value);
          break;
        case "territory":
          field.value = item.rest;
          form.elements.namedItem("ou").value = item.label;
          setOnly(form, "lieu", item.value);
          break;
        case "cpv":
          field.value = item.value;
          drop(form, "sector"); // which the code stands for
      }
      form.requestSubmit();
    }

    // look asks for the text as it is now; the list shown meanwhile stays, since
    // closing it at each key would flicker.
    function look() {
      stop();
      const text = typed();
      if (text.length < minimum) {
        hide();
        return;
      }
      timer = setTimeout(async () => {
        const mine = (waiting = new AbortController());
        const answer = await ask(text, mine.signal).catch(() => ({ items: [] })); // no answer, no list
        if (mine !== waiting || !field.isConnected) return;
        waiting = null;
        show(answer);
      }, delay);
    }

    const typed = () => field.value.split(/\s+/).filter(Boolean).join(" ");

    const keys = {
      ArrowDown: (event) => {
        if (isOpen()) move(1);
        else look();
        event.preventDefault();
      },
      ArrowUp: (event) => {
        if (!isOpen()) return;
        if (event.altKey) close();
        else move(-1);
        event.preventDefault();
      },
      Enter: (event) => {
        const item = isOpen() ? items[active] : undefined;
        close();
        if (!item) return; // as typed
        event.preventDefault();
        choose(item);
      },
      Escape: (event) => {
        if (!isOpen()) return;
        close();
        event.preventDefault(); // or the browser empties the field
        event.stopPropagation();
      },
      Tab: close,
      ArrowLeft: () => activate(-1),
      ArrowRight: () => activate(-1),
      Home: () => activate(-1),
      End: () => activate(-1),
    };

    // move goes round through the field itself, where nothing is active.
    function move(by) {
      const places = options.length + 1;
      activate(((active + 1 + by + places) % places) - 1);
    }

    field.addEventListener("input", (event) => {
      if (!event.isComposing) look();
    });
    field.addEventListener("compositionend", look);
    field.addEventListener("keydown", (event) => {
      if (!event.isComposing) keys[event.key]?.(event);
    });
    field.addEventListener("blur", close);
    field.form.addEventListener("submit", close);
    popup.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  }

  // drop takes the values under a name out of the form.
  function drop(form, name) {
    for (const control of [...form.elements]) {
      if (control.name !== name) continue;
      if (control.type === "hidden") control.remove();
      else control.checked = false;
    }
  }

  // setOnly makes the form send one value under a name.
  function setOnly(form, name, value) {
    drop(form, name);
    const hidden = element("input");
    hidden.type = "hidden";
    hidden.name = name;
    hidden.value = value;
    form.append(hidden);
  }

  function announce(text) {
    document.getElementById("annonce").textContent = text;
  }

  const attachAll = () => attach(document.getElementById("q"));
  document.addEventListener("htmx:afterSettle", attachAll);
  attachAll();
})();
