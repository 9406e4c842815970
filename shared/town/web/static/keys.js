// Pressing a key presses the button that carries it: <button data-key="1">.
// Not while somebody types (but "*" is no part of a number), and not with Ctrl, Alt or Meta.
"use strict";
const typed = "input:not([type=radio]):not([type=checkbox]), select, textarea";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const field = event.target.closest(typed);
  if (field && !(field.type === "number" && event.key === "*")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
