// The door of an event on a phone, with or without a network. What is kept on the phone
// (IndexedDB) names nobody: numbers, hashes of tickets, names sealed with a key that lives
// in memory alone. An entry is kept first, then sent, as often as it takes: the portal keeps
// each once.

const root = document.getElementById("accueil");
const base = root.dataset.url;
const $ = (id) => document.getElementById(id);
const idle = 15 * 60 * 1000; // without a touch, names are locked again
const wait = 2500; // for the portal, before the phone decides alone
const sendMost = 100;

const clock = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Paris" });
const hour = (ms) => clock.format(ms).replace(":", " h ").replace(/\s/g, "\u00a0");

// ---- what is kept

let db;
function open() {
  return new Promise((done, fail) => {
    const ask = indexedDB.open("accueil-" + root.dataset.event, 1);
    ask.onupgradeneeded = () => {
      ask.result.createObjectStore("facts");
      ask.result.createObjectStore("queue", { keyPath: "id" });
    };
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => fail(ask.error);
  });
}
function on(store, mode, act) {
  return new Promise((done, fail) => {
    const t = db.transaction(store, mode);
    const ask = act(t.objectStore(store));
    t.oncomplete = () => done(ask.result);
    t.onerror = t.onabort = () => fail(t.error);
  });
}
const fact = (name) => on("facts", "readonly", (s) => s.get(name));
const keep = (name, value) => on("facts", "readwrite", (s) => s.put(value, name));
const queued = () => on("queue", "readonly", (s) => s.getAll());
const enqueue = (scan) => on("queue", "readwrite", (s) => s.put(scan));
const drop = (id) => on("queue", "readwrite", (s) => s.delete(id));

// ---- what is known

const state = { device: "", token: "", key: null, guests: [], byTicket: new Map(), byID: new Map(), names: new Map(), entries: new Map(), last: [], online: false, skew: 0, asked: 0, touched: Date.now() };
const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
const bytes = (text) => new TextEncoder().encode(text);
const letters = "abcdefghijklmnopqrstuvwxyz234567";

// hashOf is how the portal knows a token (account.HashToken).
async function hashOf(text) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes("token\0" + text))).slice(0, 20);
  let out = "", held = 0, bits = 0;
  for (const b of sum) {
    held = (held << 8) | b;
    for (bits += 8; bits >= 5; bits -= 5) out += letters[(held >> (bits - 5)) & 31];
    held &= 255;
  }
  return out;
}

async function keyOf(code) {
  const sum = await crypto.subtle.digest("SHA-256", bytes("door\0" + code.toUpperCase().replace(/[^A-Z2-7]/g, "")));
  return crypto.subtle.importKey("raw", sum, "AES-GCM", false, ["encrypt", "decrypt"]);
}
async function unseal(key, text, about) {
  const raw = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: raw.slice(0, 12), additionalData: bytes(about) }, key, raw.slice(12));
  return JSON.parse(new TextDecoder().decode(plain));
}
async function seal(key, value, about) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const box = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(about) }, key, bytes(JSON.stringify(value))));
  return btoa(String.fromCharCode(...iv, ...box));
}

function learn(list) {
  state.guests = list;
  state.byTicket = new Map(list.map((g) => [g.ticket, g]));
  state.byID = new Map(list.map((g) => [g.id, g]));
}

// unlock opens the names with a code; false when it is not the code of this door.
async function unlock(code) {
  const key = await keyOf(code);
  const names = new Map();
  try {
    for (const g of state.guests) names.set(g.id, await unseal(key, g.name, g.id));
  } catch {
    return false;
  }
  state.key = key;
  state.names = names;
  state.touched = Date.now();
  show();
  return true;
}

function lock() {
  state.key = null;
  state.names = new Map();
  $("trouves").replaceChildren();
  $("chercher").value = "";
  for (const x of state.last) x.name = "";
  $("verdict").hidden = true;
  show();
}

// ---- the portal

async function ask(path) {
  const answer = await fetch(base + path, { headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(10000) });
  // Who is signed out is sent to sign in.
  state.signedOut = answer.type === "opaqueredirect" || answer.status === 401;
  if (!answer.ok) throw new Error(path + ": " + answer.status);
  return answer.json();
}

async function refresh(withKey) {
  const { guests, entries } = await ask("/liste");
  learn(guests);
  merge(entries);
  await keep("guests", guests);
  await keep("entries", entries);
  const { code, token } = await ask("/cle");
  state.token = token;
  state.asked = Date.now();
  state.online = true;
  if (withKey || state.key) await unlock(code);
}

// merge takes who is there as all devices told it, with what this one has not sent yet.
function merge(entries) {
  const waiting = state.last.filter((x) => x.result === "entre" && x.waits && !x.undone);
  state.entries = new Map(entries.map((e) => [e.guest, e]));
  for (const x of waiting) if (x.guest && !state.entries.has(x.guest)) state.entries.set(x.guest, { guest: x.guest, at: x.at, scan: x.id });
}

async function post(scans, timeout) {
  const form = new URLSearchParams({ jeton: state.token, passages: JSON.stringify({ device: state.device, now: Date.now(), scans }) });
  const answer = await fetch(base + "/passages", { method: "POST", body: form, headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(timeout) });
  state.signedOut = answer.status === 401;
  const type = answer.headers.get("Content-Type") ?? "";
  const said = type.includes("json") ? await answer.json() : {};
  if (!answer.ok) throw Object.assign(new Error("passages: " + answer.status), { refused: said.refused, status: answer.status });
  state.skew = said.now - Date.now();
  return said.scans;
}

let sending = null;
// send sends what waits; one at a time, and again later when it fails.
function send() {
  sending ??= (async () => {
    try {
      let list = await queued();
      if (list.length > 0 && !state.token) await refresh(false);
      for (; list.length > 0; list = await queued()) {
        for (const v of await post(list.slice(0, sendMost), 15000)) {
          await drop(v.id);
          settled(v);
        }
      }
      state.online = true;
    } catch (err) {
      state.online = Boolean(err.status);
      state.refused = err.refused ?? "";
      if (err.status === 403) state.token = "";
    } finally {
      sending = null;
      show();
    }
  })();
  return sending;
}

// settled notes what has become of an entry that waited.
function settled(v) {
  const x = state.last.find((one) => one.id === v.id);
  if (!x) return;
  x.waits = false;
  x.guest = v.guest || x.guest;
  x.conflict = Boolean(v.conflict);
  if (v.conflict) x.note = "Déjà passé à " + hour(v.in) + " : une seule entrée compte.";
  if (v.refused) x.note = v.refused;
  else if (x.kind !== "undo") x.result = v.result;
  if (state.key && v.name) x.name = v.name;
  if (x === told && !$("verdict").hidden) tell(x);
}

// ---- at the door

const nameOf = (x) => state.names.get(x.guest)?.name || (state.key && x.name) || (x.guest ? "Nom verrouillé" : "");

const words = {
  entre: ["Bienvenue", "good"], deja: ["Déjà entré", "warn"], "sans-place": ["Pas de place réservée", "warn"],
  autre: ["Billet d’un autre événement", "bad"], inconnu: ["Billet inconnu", "bad"],
};

let told = null; // what the verdict is about
function tell(x) {
  told = x;
  const box = $("verdict");
  const [title, tone] = words[x.result] ?? ["Noté", "warn"];
  box.className = "door-verdict is-" + tone;
  const head = Object.assign(document.createElement("strong"), { textContent: ({ good: "✓ ", warn: "! ", bad: "✗ " })[tone] + title });
  const lines = [nameOf(x), [x.body, x.role, x.party > 1 ? x.party + " personnes" : ""].filter(Boolean).join(" – ")];
  if (x.result === "deja" && x.in) lines.push("à " + hour(x.in));
  if (x.waits) lines.push("Noté sur ce téléphone, pas encore envoyé");
  box.replaceChildren(head, ...lines.filter(Boolean).map((text) => Object.assign(document.createElement("span"), { textContent: text })));
  if (x.result === "sans-place" && x.guest) box.append(button("Faire entrer", () => check({ guest: x.guest, way: "sur-place" })));
  box.hidden = false;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(tone === "good" ? 60 : [60, 60, 60]);
}

function button(text, act) {
  const b = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline-primary", textContent: text });
  b.addEventListener("click", act);
  return b;
}

// judge says alone what the portal would say, from what the phone knows.
function judge(guest, way) {
  if (!guest) return "inconnu";
  if (state.entries.has(guest.id)) return "deja";
  return guest.holds || way === "sur-place" ? "entre" : "sans-place";
}

// check lets somebody in: asked of the portal, or decided here when it does not answer.
async function check({ ticket, guest, way, walker }) {
  state.touched = Date.now();
  if (Date.now() + state.skew < Number(root.dataset.opens)) {
    $("etat").textContent = "L’accueil ouvre 24 heures avant l’événement : rien n’est noté plus tôt.";
    return;
  }
  const known = ticket ? state.byTicket.get(ticket) : state.byID.get(guest);
  const scan = { id: random(), at: Date.now(), guest: known?.id ?? "", ticket: known ? "" : (ticket ?? ""), way, result: "", offline: false, undoes: "", walker: "" };
  if (walker) scan.walker = await seal(state.key, walker, scan.id);
  const x = { id: scan.id, at: scan.at, guest: scan.guest, waits: true, result: "", name: walker?.name ?? state.names.get(known?.id)?.name ?? "", body: walker?.body ?? state.names.get(known?.id)?.body ?? "", role: known?.role ?? "", party: known?.party ?? 1 };
  state.last.unshift(x);
  state.last.length = Math.min(state.last.length, 50);
  try {
    if (!state.token) throw new Error("no token");
    await enqueue(scan); // a page that is closed now sends it later
    const [v] = await post([scan], wait);
    await drop(scan.id);
    settled(v);
    if (v.refused) { // nothing is kept of it
      state.last.shift();
      $("etat").textContent = v.refused;
      return show();
    }
    x.in = v.in;
    x.role = v.role ?? x.role;
    x.party = v.party ?? x.party;
    x.body = state.key ? v.body ?? x.body : "";
    state.online = true;
  } catch (err) {
    state.online = Boolean(err.status);
    state.refused = err.refused ?? "";
    if (err.status === 403) state.token = "";
    scan.offline = true;
    scan.result = walker ? "entre" : judge(known, way);
    x.in = state.entries.get(scan.guest)?.at;
    x.result = scan.result;
    await enqueue(scan);
  }
  if (x.result === "entre" && x.guest) state.entries.set(x.guest, { guest: x.guest, at: x.at, scan: x.id });
  tell(x);
  show();
  find();
}

async function undo(scanID, guest) {
  const scan = { id: random(), at: Date.now(), guest, ticket: "", way: "nom", result: "", offline: !state.online, undoes: scanID, walker: "" };
  state.entries.delete(guest);
  for (const x of state.last) if (x.id === scanID) x.undone = true;
  await enqueue(scan);
  $("verdict").hidden = true;
  show();
  find();
  await send();
}

// ---- by name

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function find() {
  const wanted = plain($("chercher").value).split(/\s+/).filter(Boolean);
  const lines = [];
  if (wanted.length > 0 && state.key) {
    for (const g of state.guests) {
      const who = state.names.get(g.id);
      const text = plain(who.name + " " + who.body);
      if (wanted.every((word) => text.includes(word))) lines.push(line(g, who));
      if (lines.length === 20) break;
    }
    if (lines.length === 0) lines.push(Object.assign(document.createElement("li"), { textContent: "Personne de ce nom sur la liste." }));
  }
  $("trouves").replaceChildren(...lines);
}

function line(g, who) {
  const li = document.createElement("li"), box = document.createElement("div");
  const entry = state.entries.get(g.id);
  box.append(
    Object.assign(document.createElement("strong"), { textContent: who.name }),
    Object.assign(document.createElement("span"), { className: "note", textContent: [g.role, who.body, g.party > 1 ? g.party + " personnes" : ""].filter(Boolean).join(" – ") }),
    Object.assign(document.createElement("span"), { textContent: entry ? "✓ Entrée à " + hour(entry.at) : g.holds ? "Attendu" : "! " + g.answer }),
  );
  li.append(box, entry ? button("Annuler", () => undo(entry.scan, g.id)) : button(g.holds ? "Noter l’entrée" : "Faire entrer", () => check({ guest: g.id, way: g.holds ? "nom" : "sur-place" })));
  return li;
}

// ---- what is shown

async function show() {
  const waiting = (await queued()).length;
  const parts = [state.online ? "En ligne" : "Sans réseau", waiting > 0 ? waiting + (waiting > 1 ? " passages à envoyer" : " passage à envoyer") : "tout est envoyé"];
  parts.push(state.guests.length + " invités sur ce téléphone");
  if (Math.abs(state.skew) > 120000) parts.push("l’horloge de ce téléphone est fausse : les heures sont corrigées");
  if (state.signedOut) parts[0] = "Connexion fermée : touchez « Quitter », puis reconnectez ce téléphone";
  if (state.refused) parts.push(state.refused);
  $("etat").textContent = parts.join(" · ");
  $("etat").classList.toggle("is-offline", !state.online);
  $("verrou").hidden = Boolean(state.key) || state.guests.length === 0;
  $("par-nom").hidden = !state.key;
  $("verrouiller").hidden = !state.key;
  $("aucun").hidden = state.last.length > 0;
  $("derniers").replaceChildren(...state.last.slice(0, 8).map((x) => {
    const li = document.createElement("li"), box = document.createElement("div");
    const [title] = x.undone ? ["Annulé"] : words[x.result] ?? ["En cours"];
    box.append(
      Object.assign(document.createElement("strong"), { textContent: nameOf(x) || title }),
      Object.assign(document.createElement("span"), { className: "note", textContent: title + " à " + hour(x.at) + (x.waits ? " · à envoyer" : "") }),
    );
    if (x.note) box.append(Object.assign(document.createElement("span"), { className: "door-note", textContent: "! " + x.note }));
    li.append(box);
    if (x.result === "entre" && !x.undone && x.guest) li.append(button("Annuler", () => undo(x.id, x.guest)));
    return li;
  }));
}

// ---- the camera

let stream = null, decode = null, lastCode = "", lastAt = 0;

async function camera() {
  if (stream) return stop();
  try {
    decode ??= (await import(root.dataset.decoder)).default;
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
  } catch {
    $("etat").textContent = "La caméra n’est pas disponible : autorisez-la, ou cherchez par le nom.";
    return;
  }
  $("image").srcObject = stream;
  await $("image").play();
  $("viseur").hidden = false;
  $("camera").textContent = "Arrêter la lecture";
  look();
}

function stop() {
  for (const t of stream?.getTracks() ?? []) t.stop();
  stream = null;
  $("viseur").hidden = true;
  $("camera").textContent = "Lire un billet";
}

const canvas = document.createElement("canvas");
async function look() {
  if (!stream) return;
  const video = $("image");
  const scale = Math.min(1, 720 / Math.max(video.videoWidth, video.videoHeight, 1));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  if (canvas.width > 0) {
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      await read(decode(pen.getImageData(0, 0, canvas.width, canvas.height)));
    } catch { /* no code in this picture */ }
  }
  setTimeout(look, 120);
}

// read takes what a code says: a ticket, or the code of the door.
async function read(text) {
  if (text === lastCode && Date.now() - lastAt < 4000) {
    lastAt = Date.now();
    return;
  }
  lastCode = text;
  lastAt = Date.now();
  if (!state.key && /^([A-Z2-7]{4}-){4}[A-Z2-7]{4}$/.test(text)) {
    await unlock(text);
    return;
  }
  await check({ ticket: await hashOf(text), way: "code" });
}

// ---- beginning and end

async function wipe() {
  stop();
  db.close();
  indexedDB.deleteDatabase("accueil-" + root.dataset.event);
  for (const name of await caches.keys()) if (name.startsWith("accueil " + base + "/telephone ")) await caches.delete(name);
  for (const r of await navigator.serviceWorker.getRegistrations()) if (r.scope.endsWith(base + "/telephone")) await r.unregister();
  location.assign(base);
}

async function begin() {
  if (!window.isSecureContext || !window.indexedDB || !crypto.subtle) {
    $("etat").textContent = "Ce navigateur ne sait pas accueillir sans réseau : passez par la page « Accueil » de l’événement.";
    return;
  }
  db = await open();
  state.device = (await fact("device")) ?? random();
  await keep("device", state.device);
  learn((await fact("guests")) ?? []);
  merge((await fact("entries")) ?? []);
  for (const q of await queued()) {
    if (q.undoes) continue;
    state.last.unshift({ id: q.id, at: q.at, guest: q.guest, result: q.result, waits: true, name: "" });
    if (q.result === "entre" && q.guest) state.entries.set(q.guest, { guest: q.guest, at: q.at, scan: q.id });
  }
  state.last.sort((a, b) => b.at - a.at);
  try {
    await refresh(true);
    await send();
  } catch {
    state.online = false;
  }
  if (Date.now() + state.skew > Number(root.dataset.forget)) {
    learn([]);
    lock();
    await keep("guests", []);
    await keep("entries", []);
    if ((await queued()).length === 0) return wipe();
  }
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(base + "/telephone.js", { scope: base + "/telephone" }).catch(() => {});
    navigator.storage?.persist?.();
  }
  await show();
}

$("camera").addEventListener("click", camera);
$("chercher").addEventListener("input", () => { state.touched = Date.now(); find(); });
$("verrouiller").addEventListener("click", lock);
$("effacer").addEventListener("click", async () => {
  const waiting = (await queued()).length;
  if (!confirm(waiting > 0 ? "Des passages n’ont pas été envoyés : ils seront perdus. Effacer tout de même ?" : "Effacer de ce téléphone la liste et les passages ?")) return;
  await wipe();
});
$("deverrouiller").addEventListener("submit", async (e) => {
  e.preventDefault();
  const ok = await unlock($("code").value);
  $("code-erreur").hidden = ok;
  $("code-erreur").textContent = ok ? "" : "Ce n’est pas le code de cet accueil.";
  $("code").setAttribute("aria-invalid", String(!ok));
  if (ok) $("code").value = "";
});
$("reconnecter").addEventListener("click", async () => {
  try {
    await refresh(true);
  } catch {
    state.online = false;
  }
  show();
});
$("arrivee").addEventListener("submit", async (e) => {
  e.preventDefault();
  const name = $("nom").value.trim();
  $("nom-erreur").hidden = name !== "";
  $("nom-erreur").textContent = name ? "" : "Écrivez le nom de la personne.";
  $("nom").setAttribute("aria-invalid", String(!name));
  if (!name) return $("nom").focus();
  await check({ way: "sur-place", walker: { name, body: $("organisme").value.trim(), role: $("role").value } });
  $("nom").value = $("organisme").value = "";
  $("sur-place").open = false;
});
window.addEventListener("online", send);
document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); });
setInterval(async () => {
  if (state.key && Date.now() - state.touched > idle) lock();
  if ((await queued()).length > 0) await send();
  try {
    if (Date.now() + state.skew > Number(root.dataset.forget)) return;
    if (Date.now() - state.asked > 120000) await refresh(false);
    else merge((await ask("/passages")).entries);
    state.online = true;
  } catch {
    state.online = false;
  }
  show();
}, 15000);
await begin();
