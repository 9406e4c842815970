// Tables with a heading: a column sorts by its heading, many rows can be searched, and every cell
// knows what its column is called, so that a phone shows a row as a card.
//   <td data-sort="2024-05-14">  sorts by this, not by what is shown
//   <table class="matrix">       stays as it is: its columns are compared with each other
// Without script a table is as it came, and scrolls.
"use strict";
{
  const FEW = 2;
  const MANY = 12;
  const { filter, shown, wide } = document.currentScript.dataset;
  const { compare: inChinese } = new Intl.Collator("zh", { numeric: true });
  const NUMBER = /^[-+]?\d[\d,]*(\.\d+)?(?=%?$| )/;
  const DAY = /(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*(?: (\d{4}))?/;
  const MONTHS = " JanFebMarAprMayJunJulAugSepOctNovDec";
  const ROLES = Object.entries({
    "thead, tbody": "rowgroup", tr: "row", td: "cell", "thead th": "columnheader", "tbody th": "rowheader",
  });
  const make = (name, set) => Object.assign(document.createElement(name), set);

  // What a cell is sorted by: a number, or a text in which days begin with their months.
  function keyOf(cell) {
    const said = cell.textContent.trim() || cell.querySelector("[aria-label]")?.getAttribute("aria-label") || "";
    const text = cell.dataset.sort ?? cell.querySelector("time")?.dateTime ?? said;
    const number = DAY.test(text) ? null : NUMBER.exec(text);
    if (number) return Number(number[0].replaceAll(",", ""));
    const inOrder = (_, day, month, year = "") => `${year} ${MONTHS.indexOf(month)} ${day}`;
    return text.replace(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) /, "").replace(DAY, inOrder);
  }

  function compared(a, b) {
    return typeof a === "number" && typeof b === "number" ? a - b : inChinese(a, b);
  }

  // Sorts the rows of each group by themselves, below its heading; empty cells come last.
  function sort(table, column, up) {
    const empty = (key) => Number(key === "" || key === "—");
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !isHeading(row));
      const keyed = rows.map((row) => [keyOf(row.cells[column]), row]);
      keyed.sort(([a], [b]) => empty(a) - empty(b) || (up ? compared(a, b) : compared(b, a)));
      body.append(...keyed.map(([, row]) => row));
    }
  }

  // A row across the table: the heading of its group, or that there is nothing.
  const isHeading = (row) => row.cells.length === 1 && row.cells[0].colSpan > 1;

  function letSort(table, heads) {
    heads.forEach((head, column) => {
      const acts = [...table.tBodies].some((body) =>
        [...body.rows].some((row) => row.cells[column]?.querySelector("button, input, .button")));
      if (acts || head.colSpan > 1 || !head.textContent.trim()) return;
      const button = make("button", { type: "button", className: "sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        sort(table, column, up);
      });
    });
  }

  // What the user has chosen counts for rows that came later, too.
  function sortAgain(table, heads) {
    const column = heads.findIndex((head) => head.hasAttribute("aria-sort"));
    if (column >= 0) sort(table, column, heads[column].getAttribute("aria-sort") === "ascending");
  }

  function letSearch(table, rowsOf) {
    const label = make("label", { textContent: filter });
    const input = make("input", { type: "search", autocomplete: "off" });
    const count = make("output", { className: "reason" });
    const line = make("div", { className: "table-filter" });
    input.dataset.filter = "";
    label.append(" ", input);
    line.append(label, count);
    (table.closest(".scroll") ?? table).before(line);
    const search = () => {
      const rows = rowsOf();
      const sought = input.value.toLowerCase().split(/\s+/);
      const fits = (row) => sought.every((word) => row.textContent.toLowerCase().includes(word));
      for (const row of rows) row.hidden = !fits(row);
      for (const body of table.tBodies) {
        const gone = [...body.rows].every((row) => row.hidden || isHeading(row));
        for (const row of body.rows) if (isHeading(row)) row.hidden = gone;
      }
      const left = rows.filter((row) => !row.hidden).length;
      count.textContent = shown.replace("{n}", left).replace("{of}", rows.length);
    };
    input.addEventListener("input", search);
    table.addEventListener("renewed", () => { if (input.value) search(); });
    // It searches what is on the page; the form around it, if any, is not sent by it.
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }

  // Cells shown as blocks are cells still for whoever has them read out.
  function becomeCards(table, heads, rows) {
    table.classList.add("cards");
    table.setAttribute("role", "table");
    for (const [what, role] of ROLES) {
      for (const each of table.querySelectorAll(what)) each.setAttribute("role", role);
    }
    for (const row of rows) {
      heads.forEach((head, column) => (row.cells[column].dataset.label = head.textContent.trim()));
    }
  }

  const met = new WeakSet();
  function meet(table) {
    if (met.has(table)) return;
    met.add(table);
    let searched = false;
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])].flatMap((head) => Array(head.colSpan).fill(head));
    const rowsOf = () => [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !isHeading(row));
    const dress = () => {
      const rows = rowsOf();
      if (!heads.length || rows.some((row) => row.cells.length !== heads.length)) return;
      becomeCards(table, heads, rows);
      if (rows.length >= FEW && !table.tHead.querySelector("a, .sort")) letSort(table, heads);
      if (rows.length > MANY && !searched) {
        searched = true;
        letSearch(table, rowsOf);
      }
    };
    dress();
    table.addEventListener("renewed", () => {
      dress();
      sortAgain(table, heads);
    });
  }

  // A table wider than its place is moved by the arrow keys too.
  const watch = new ResizeObserver((seen) => {
    for (const { target } of seen) {
      const moves = target.scrollWidth > target.clientWidth;
      for (const [name, said] of [["tabindex", "0"], ["role", "group"], ["aria-label", wide]]) {
        if (moves) target.setAttribute(name, said);
        else target.removeAttribute(name);
      }
    }
  });

  const meetAll = (place) => {
    for (const table of place.querySelectorAll("main table:not(.matrix, .sides)")) meet(table);
    for (const each of place.querySelectorAll(".scroll")) watch.observe(each);
  };
  meetAll(document);
  document.addEventListener("renewed", (event) => meetAll(event.target)); // what live.js has put in
}
