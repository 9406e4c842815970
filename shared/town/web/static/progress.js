// A section with data-progress asks its address how far a job is, and loads the page anew at the end.
// Its data-states are the states in which the job goes on, each with what it is called.
"use strict";
const section = document.querySelector("[data-progress]");
const words = section ? JSON.parse(section.dataset.states) : {};
const show = (name, text) => {
  const place = section.querySelector(`[data-${name}]`);
  if (place && place.textContent !== text) place.textContent = text;
};
async function look() {
  try {
    const answer = await fetch(section.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const job = await answer.json();
    if (!(job.state in words)) {
      window.location.reload();
      return;
    }
    show("state", words[job.state]);
    const [done, total] = [job.rows_done ?? job.done, job.rows_total ?? job.total];
    show("rows", total ? `${done} / ${total}` : "");
    show("rate", job.rows_per_s ? String(Math.round(job.rows_per_s)) : "—");
    show("left", job.seconds_left == null ? "—" : String(Math.ceil(job.seconds_left)));
    const bar = section.querySelector("progress");
    if (total) {
      bar.max = total;
      bar.value = done;
    }
    window.setTimeout(look, 500);
  } catch {
    // The part is being started again, or the network is away: the job goes on by itself.
    window.setTimeout(look, 2000);
  }
}
if (section) look();
