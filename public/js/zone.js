// The zone of an activity: a radius drawn around the establishment, with a slider that
// moves with its number. Without this script, or without the map, the number says it.
"use strict";

(() => {
  const zone = document.querySelector("[data-zone]");
  if (!zone) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const number = new Intl.NumberFormat("fr-FR");
  const communes = (n) => number.format(n) + (n < 2 ? " commune" : " communes");

  function element(name, className, text) {
    const e = document.createElement(name);
    if (className) e.className = className;
    if (text) e.textContent = text;
    return e;
  }

  // ---- the radius

  const km = zone.querySelector("[name=rayon]");
  const data = JSON.parse(zone.dataset.zone);
  const farthest = data.counts.length - 1;
  let slider, said, map, circle, handle, dragged, places, loading;

  // radius is what the number says, 0 when it says nothing that can be drawn.
  const radius = () => Math.max(0, Number(km.value.replace(",", ".")) || 0);

  function tell() {
    const r = radius();
    const reached = data.counts[Math.min(Math.floor(r), farthest)];
    said.textContent = r ? number.format(r) + "\u00a0km autour " + data.of + "\u202f: " + communes(reached) + (r > farthest ? " au moins" : "") : "";
  }

  function moved(by) {
    if (by !== slider) slider.value = radius();
    tell();
    draw();
  }

  function set(value, by) {
    km.value = Math.max(1, Math.round(value));
    moved(by);
  }

  function addSlider() {
    const box = element("div", "zone-slide");
    slider = element("input");
    Object.assign(slider, { type: "range", min: 1, max: farthest, step: 1, value: radius() || 10 });
    slider.setAttribute("aria-label", "Rayon en kilomètres");
    said = element("p", "zone-said");
    said.setAttribute("aria-live", "polite");
    box.append(slider, said);
    km.closest(".field").append(box);
    slider.addEventListener("input", () => set(slider.valueAsNumber, slider));
    km.addEventListener("input", () => moved(km));
  }

  // ---- the map

  function library() {
    loading ??= new Promise((done, failed) => {
      const sheet = element("link");
      sheet.rel = "stylesheet";
      sheet.href = zone.dataset.sheet;
      const script = element("script");
      script.src = zone.dataset.leaflet;
      sheet.onload = () => document.head.append(script);
      script.onload = done;
      sheet.onerror = script.onerror = failed;
      document.head.prepend(sheet); // ours has the last word
    });
    return loading;
  }

  async function show() {
    if (map || !km.offsetParent) return;
    const frame = element("div", "map-frame zone-frame");
    try {
      await library();
    } catch {
      return; // the number and its slider say it
    }
    if (map) return;
    km.closest(".field").append(frame);
    const box = frame.appendChild(element("div", "map-box"));
    map = L.map(box, { zoomControl: false, attributionControl: Boolean(zone.dataset.tiles), scrollWheelZoom: false, keyboard: false, zoomAnimation: !still, fadeAnimation: !still, minZoom: 6, maxZoom: 14, zoomSnap: 0.25 });
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", "Carte du rayon autour " + data.of);
    if (zone.dataset.tiles) {
      map.attributionControl.setPrefix(false);
      L.tileLayer(zone.dataset.tiles + "/{z}/{x}/{y}.png", { attribution: "Fond : " + new URL(zone.dataset.tiles).host }).addTo(map);
    }
    const centre = [data.lat, data.lon];
    map.setView(centre, 11);
    circle = L.circle(centre, { radius: 0, className: "zone-circle", interactive: false }).addTo(map);
    L.marker(centre, { interactive: false, keyboard: false, icon: L.divIcon({ className: "zone-here", html: element("span", "", "◆"), iconSize: [26, 26] }), zIndexOffset: 1000 }).addTo(map);
    handle = L.marker(centre, { draggable: true, keyboard: false, icon: L.divIcon({ className: "zone-handle", iconSize: [44, 44] }), zIndexOffset: 2000 }).addTo(map);
    handle.getElement().setAttribute("aria-hidden", "true"); // the slider is its equal for the keyboard
    handle.on("drag", () => set(Math.min(map.distance(centre, handle.getLatLng()) / 1000, farthest), handle));
    handle.on("dragstart", () => { dragged = true; });
    handle.on("dragend", () => {
      dragged = false;
      draw();
    });
    places = data.communes.map(([name, lat, lon, far, home]) => {
      const html = element("span", "map-name" + (home ? " map-name-home" : ""), name);
      return { name, far, lat, lon, mark: L.marker([lat, lon], { interactive: false, keyboard: false, icon: L.divIcon({ className: "map-point", html, iconSize: [6, 6] }) }).addTo(map) };
    });
    map.on("zoomend resize", label);
    draw();
  }

  // draw shows the radius as it is, in a frame that holds it.
  function draw() {
    const r = radius();
    if (!map || !r) return;
    circle.setRadius(r * 1000);
    const around = L.latLng(data.lat, data.lon).toBounds(r * 2000);
    if (!dragged) {
      handle.setLatLng([data.lat, around.getEast()]);
      map.fitBounds(around, { padding: [28, 28], animate: false });
    }
    for (const p of places) p.mark.getElement().classList.toggle("is-in", p.far <= r);
    label();
  }

  // label names what has room: the list begins with the largest communes.
  function label() {
    const { x: far, y: level } = map.latLngToContainerPoint(handle.getLatLng());
    const taken = [[far - 12, level - 12, far + 12, level + 12]];
    for (const { name, lat, lon, mark } of places) {
      const { x, y } = map.latLngToContainerPoint([lat, lon]);
      const mine = [x - 4, y - 9, x + 16 + name.length * 6.5, y + 9];
      const free = taken.every(([w, n, e, s]) => mine[0] > e || mine[2] < w || mine[1] > s || mine[3] < n);
      mark.getElement().classList.toggle("is-named", free);
      if (free) taken.push(mine);
    }
  }

  addSlider();
  tell();
  show();
  zone.addEventListener("change", show); // the choice « rayon » shows its fields
})();
