// A button with data-fill puts its own text into the field of that id, and gives the focus to the
// element that data-then names. Such buttons are shown only where this runs.
"use strict";
document.querySelectorAll(".fills").forEach((place) => { place.hidden = false; });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  document.getElementById(button.dataset.fill).value = button.textContent.trim();
  document.getElementById(button.dataset.then)?.focus();
});
