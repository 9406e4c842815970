// A page renews itself: when the server says on /live that something has changed, the page is fetched
// again, and of the elements marked data-live="name" what differs is replaced, row by row.
//   What holds the focus, what is typed, chosen or selected stays as it is, and is renewed after.
//   <span data-until="2024-04-09T09:40:00+08:00" data-over="…"> counts down; then the page is renewed.
//   One stream serves all tabs of a browser; hidden tabs fetch once they are seen.
//   What could not be renewed is said, in #stale: as of when the page is.
// It runs before other scripts dress the page, and tells them what it has put in: "renewed".
"use strict";
{
  const NAME = "vaxledger-live";
  const BEAT_MS = 18_000; // the server's 15 s, and some
  const [GAP_MS, PATIENCE_MS, LOST_MS, LATE_MS, HELD_MS] = [1000, 10_000, 2000, 2000, 15_000];
  const [AGAIN_MS, LONGEST_MS] = [5000, 60_000];
  const words = document.getElementById("stale");
  const address = words.dataset.page; // also where this is the answer to its form, and without what that told

  // What the server has said of a node, and of all in an element, before scripts dressed them. A
  // form's key is another one each time, and what counts down says something else.
  const said = new WeakMap();
  function plain(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return node.data;
    const copy = node.cloneNode(true);
    for (const each of copy.querySelectorAll("input[name=_key]")) each.removeAttribute("value");
    for (const each of [copy, ...copy.querySelectorAll("*")]) {
      if (!each.hasAttribute("data-until")) continue;
      each.textContent = "";
      each.removeAttribute("class");
    }
    return copy.outerHTML;
  }
  function read(element) {
    const all = [...element.childNodes].map((node) => {
      const text = plain(node);
      said.set(node, text);
      return text;
    });
    said.set(element, all);
    return all;
  }

  function isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    if (field.multiple) return [...field.options].some((each) => each.selected !== each.defaultSelected);
    return field.selectedIndex !== Math.max(0, [...field.options].findLastIndex((each) => each.defaultSelected));
  }
  function isHeld(node) {
    const selection = getSelection();
    if (selection && !selection.isCollapsed && node.textContent.trim() && selection.containsNode(node, true)) return true;
    if (node.nodeType !== Node.ELEMENT_NODE) return false;
    if (document.activeElement !== document.body && node.contains(document.activeElement)) return true;
    if (node.matches(":active") || node.querySelector("dialog[open], :popover-open")) return true;
    const fields = "input, textarea, select";
    return [node, ...node.querySelectorAll(fields)].some((each) => each.matches(fields) && isChanged(each));
  }

  // What has come under the pointer a moment ago is not what somebody meant to press.
  const MEANT_MS = 300;
  const moved = new WeakMap();
  document.addEventListener("click", (event) => {
    const since = moved.get(event.target.closest?.("[data-live]")) ?? 0;
    if (event.detail === 0 || Date.now() - since > MEANT_MS) return; // by the keyboard, or long ago
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // Puts into an element what a newer one holds. False: something in it must not be touched now.
  function put(old, fresh) {
    const before = said.get(old) ?? read(old);
    const after = read(fresh);
    if (before.join("\0") === after.join("\0")) return true;
    const kept = new Map();
    for (const node of old.childNodes) {
      const text = said.get(node) ?? plain(node);
      if (!kept.has(text)) kept.set(text, []);
      kept.get(text).push(node);
    }
    const wanted = [...fresh.childNodes].map((node) => kept.get(said.get(node))?.shift() ?? node);
    const stays = new Set(wanted);
    const goes = [...old.childNodes].filter((node) => !stays.has(node));
    if (goes.some(isHeld)) return false;
    const summaries = (nodes, which) => nodes.flatMap((node) => [...(node.querySelectorAll?.(`${which} > summary`) ?? [])]);
    const opened = summaries(goes, "details[open]").map((each) => each.textContent);
    const came = wanted.filter((node) => node.parentNode !== old);
    for (const node of goes) node.remove();
    let place = old.firstChild;
    for (const node of wanted) {
      if (node === place) place = place.nextSibling;
      else old.insertBefore(node, place);
    }
    for (const each of summaries(came, "details")) {
      const at = opened.indexOf(each.textContent);
      if (at < 0) continue;
      opened.splice(at, 1);
      each.parentNode.open = true;
    }
    said.set(old, after);
    moved.set(old, Date.now());
    old.dispatchEvent(new CustomEvent("renewed", { bubbles: true }));
    return true;
  }

  const lives = (page) => [...page.querySelectorAll("main [data-live]")];
  lives(document).forEach(read);

  // Times: as the server's clock has them, whatever this computer's says.
  let told = Date.parse(words.dataset.at);
  let toldHere = Date.now();
  let known = toldHere; // until when nothing newer was heard of
  const now = () => told + Date.now() - toldHere;
  function asOf() {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(words.dataset.at) ?? ["", "+", "0", "0"];
    const ahead = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
    return new Date(told + known - toldHere + ahead * 60_000).toISOString().slice(11, 16);
  }

  let have = Number(words.dataset.position);
  let heard = null;
  let failed = 0; // fetches, one after the other
  let waiting = null; // a page that could not be put in yet, and since when
  let waitingSince = 0;
  function tell(late = false) {
    const stale = failed > 0 || late || (waiting && Date.now() - waitingSince > HELD_MS);
    const text = stale ? words.dataset.says.replace("{at}", asOf()) : "";
    if (words.textContent !== text) words.textContent = text;
  }

  function take(page) {
    let all = true;
    for (const old of lives(document)) {
      const fresh = page.querySelector(`main [data-live="${CSS.escape(old.dataset.live)}"]`);
      if (fresh && !put(old, fresh)) all = false;
    }
    if (!all && !waiting) waitingSince = Date.now();
    waiting = all ? null : page;
    tick();
  }
  setInterval(() => {
    if (!waiting) return;
    take(waiting);
    tell();
  }, 500);

  let busy = false;
  let due = false; // to be renewed once this is over, or the page is seen
  let next = 0;
  let timer = 0;
  async function renew() {
    due = true;
    if (busy || document.hidden) return;
    clearTimeout(timer);
    if (Date.now() < next) {
      timer = setTimeout(renew, next - Date.now());
      return;
    }
    [busy, due] = [true, false];
    const began = Date.now();
    const late = setTimeout(tell, LATE_MS, true);
    try {
      const headers = { Accept: "text/html", "Renews-Page": "1" };
      const asked = { headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) };
      const answer = await fetch(address, asked);
      const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
      const fresh = page.getElementById("stale");
      if (!fresh) throw new Error(String(answer.status));
      have = Number(fresh.dataset.position);
      words.dataset.at = fresh.dataset.at;
      [told, toldHere, known] = [Date.parse(fresh.dataset.at), Date.now(), Date.now()];
      failed = 0;
      take(page);
    } catch {
      failed += 1;
      setTimeout(() => { if (failed) renew(); }, Math.min(LONGEST_MS, AGAIN_MS * 2 ** (failed - 1)));
    }
    clearTimeout(late);
    tell();
    // Whoever is slow to answer is asked less often.
    next = began + Math.max(GAP_MS, 4 * (Date.now() - began));
    busy = false;
    if (due) renew();
  }

  // What is heard, by this tab or by the one that holds the stream.
  let alarm = 0;
  let heardAt = 0;
  function hear({ at, first }) {
    heardAt = Date.now();
    clearTimeout(alarm);
    alarm = setTimeout(missed, BEAT_MS);
    const news = first ? at !== have : at !== heard && at > have;
    heard = at;
    if (news || failed) renew();
    else if (!waiting && !busy) known = heardAt;
  }
  function missed() {
    alarm = setTimeout(missed, BEAT_MS);
    renew();
  }
  function lost() {
    setTimeout(() => { if (Date.now() - heardAt > LOST_MS) renew(); }, LOST_MS);
  }

  const channel = new BroadcastChannel(NAME);
  let source = null;
  let pause = AGAIN_MS;
  let reopening = 0;
  function listen() {
    source?.close();
    clearTimeout(reopening);
    let first = true;
    source = new EventSource("/live");
    source.addEventListener("message", (event) => {
      const news = { at: Number(event.data), first };
      [first, pause] = [false, AGAIN_MS];
      channel.postMessage(news);
      hear(news);
    });
    source.addEventListener("error", () => {
      first = true;
      channel.postMessage({ lost: true });
      lost();
      if (source.readyState !== EventSource.CLOSED) return; // it comes again by itself
      reopening = setTimeout(listen, pause);
      pause = Math.min(LONGEST_MS, 2 * pause);
    });
  }
  channel.addEventListener("message", ({ data }) => {
    if (data.lost) lost();
    else if (!data.asks) hear(data);
    else if (source && heard !== null) channel.postMessage({ at: heard, first: true });
  });
  alarm = setTimeout(missed, BEAT_MS);
  const every = Number(words.dataset.every ?? 0); // where nobody is signed in, no stream is open
  if (every) setInterval(renew, every);
  else if (navigator.locks) {
    navigator.locks.request(NAME, () => new Promise(listen));
    channel.postMessage({ asks: true });
  } else if (!document.hidden) listen();
  document.addEventListener("visibilitychange", () => {
    // Where tabs cannot agree on one of them, those that are seen have a stream each.
    if (!navigator.locks && !every) {
      if (document.hidden) source?.close();
      else listen();
    }
    if (!document.hidden && (due || failed)) renew();
  });
  addEventListener("online", renew);
  addEventListener("pageshow", (event) => { if (event.persisted) renew(); });

  // Countdowns.
  const over = new Set();
  function tick() {
    for (const each of document.querySelectorAll("[data-until]")) {
      const left = Date.parse(each.dataset.until) - now();
      const seconds = Math.ceil(left / 1000);
      const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      const text = left <= 0 ? each.dataset.over : "minutes" in each.dataset ? String(Math.ceil(seconds / 60)) : clock;
      if (each.textContent !== text) each.textContent = text;
      each.classList.toggle("bad", left <= 0);
      const which = `${each.dataset.until} ${each.closest("[data-live]")?.dataset.live}`;
      if (left > 0 || over.has(which)) continue;
      over.add(which);
      renew();
    }
  }
  // What was over before the page came, the page says already.
  for (const each of document.querySelectorAll("[data-until]")) {
    if (Date.parse(each.dataset.until) <= now()) over.add(`${each.dataset.until} ${each.closest("[data-live]")?.dataset.live}`);
  }
  tick();
  setInterval(tick, 1000);
}
