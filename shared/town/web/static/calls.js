// Who calls somebody from a list needs all answers afterwards: dialling opens them.
"use strict";
document.addEventListener("click", (event) => {
  const answers = event.target.closest("a.tel")?.closest(".call")?.querySelector("details.more");
  if (answers) answers.open = true;
});
