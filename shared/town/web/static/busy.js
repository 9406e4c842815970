// A form with data-busy shows that it is being worked on, and cannot be sent twice meanwhile.
"use strict";
document.addEventListener("submit", (event) => {
  const form = event.target;
  const text = form.dataset.busy;
  if (!text) return;
  const button = form.querySelector("button");
  button.textContent = text;
  button.disabled = true;
  form.setAttribute("aria-busy", "true");
});
// Coming back with the browser's back button finds the page as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
