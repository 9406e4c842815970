// Keys: <button data-key="1"> is pressed by 1, what has an accesskey by Alt and that key; ? lists them.
// Nothing happens while somebody types (but "*" is no part of a number), or with Ctrl, Alt or Meta; keys by themselves can be put off.
"use strict";
{
  const OFF = "vaxledger-keys-off";
  const TYPED = "input:not([type=radio]):not([type=checkbox]), select, textarea, [contenteditable]";
  const list = document.getElementById("keys");

  // What is written on it, without the key: "1 · The same person".
  function nameOf(carrier) {
    const key = `${carrier.dataset.key ?? carrier.accessKey} `;
    const said = carrier.getAttribute("aria-label") || carrier.labels?.[0]?.textContent || carrier.textContent;
    const named = said.replace(/\s+/g, " ").trim();
    return named.startsWith(key) ? named.slice(key.length).replace(/^· /, "") : named;
  }

  function tell() {
    const lines = list.querySelector("dl");
    for (const each of lines.querySelectorAll("[data-found]")) each.remove();
    for (const each of document.querySelectorAll("[accesskey], [data-key]")) {
      const term = document.createElement("dt");
      const says = document.createElement("dd");
      const key = document.createElement("kbd");
      key.textContent = each.dataset.key ?? (each.accessKeyLabel || `Alt+${each.accessKey.toUpperCase()}`);
      says.textContent = nameOf(each);
      term.dataset.found = says.dataset.found = "";
      term.append(key);
      lines.append(term, says);
    }
    list.showModal();
  }

  function name() {
    for (const each of document.querySelectorAll("[accesskey], [data-key]")) {
      each.setAttribute("aria-keyshortcuts", each.dataset.key ?? `Alt+${each.accessKey.toUpperCase()}`);
    }
  }
  name();
  document.addEventListener("renewed", name); // what live.js has put in
  const off = list.querySelector("input");
  off.checked = localStorage.getItem(OFF) !== null;
  off.closest("[hidden]").hidden = false;
  off.addEventListener("change", () => {
    if (off.checked) localStorage.setItem(OFF, "");
    else localStorage.removeItem(OFF);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest('a[href="#keys"]')) tell();
    else if (event.target.closest("#keys a")) list.close();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    const field = event.target.closest(TYPED);
    // "*" is no part of a number, and "+" of nothing that is looked for.
    const acts = field && ((event.key === "*" && (field.type === "number" || "keys" in field.dataset)) || (event.key === "+" && "carefulEmpty" in field.dataset && !field.value));
    if (off.checked || list.open || (field && !acts)) return;
    if (event.key === "?") return tell();
    const carrier = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!carrier) return;
    event.preventDefault();
    carrier.click();
  });

  // A wheel turned over a number, or an arrow key in it, does not change what was measured and typed.
  document.addEventListener("wheel", (event) => {
    if (event.target.type === "number" && event.target === document.activeElement) event.target.blur();
  }, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.target.type === "number" && ["ArrowUp", "ArrowDown"].includes(event.key)) event.preventDefault();
  });

  // A scanner's Enter in <input data-then="other"> goes on to the other field and sends nothing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input[data-then]")) return;
    event.preventDefault();
    document.getElementById(event.target.dataset.then)?.focus();
  });

  // <button data-careful> is for what nobody should do unread: the second half of a double press, or
  // of a double click, on the page before does not press it, and neither does a key held down.
  const CAREFUL_MS = 600;
  let shown = performance.now();
  const isCareful = (event) => event.target.closest?.("[data-careful]");
  const ignore = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
  addEventListener("pageshow", () => { shown = performance.now(); });
  document.addEventListener("keydown", (event) => { if (event.repeat && isCareful(event)) ignore(event); }, true);
  document.addEventListener("click", (event) => {
    if (isCareful(event) && performance.now() - shown < CAREFUL_MS) ignore(event);
  }, true);
  // An Enter whose code was lost on the page before finds <input data-careful-empty> empty: nobody is called.
  document.addEventListener("submit", (event) => {
    const box = event.target.querySelector("[data-careful-empty]");
    if (box && !box.value.trim() && performance.now() - shown < CAREFUL_MS) ignore(event);
  }, true);
}
