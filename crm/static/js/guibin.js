// What pages do beyond HTML and htmx. Every page also works without this file.
(() => {
  "use strict";

  const typing = (element) =>
    element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);

  // --- Keys: / and Ctrl-K find a client; data-key names the key of a button or field.

  function use(element) {
    if (typing(element)) element.focus();
    else element.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return closeMenus(null, true);
    const search = document.querySelector(".search input[type=search]");
    const asksForSearch = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    if (search && (asksForSearch || (event.key === "/" && !typing(event.target)))) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const wanted = [...document.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key === event.key.toLowerCase(),
    );
    if (wanted) {
      event.preventDefault();
      use(wanted);
    }
  });

  // --- Buttons that print: shown here alone, since only a script can press them.

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;

  // --- Notes are saved by Enter; Shift-Enter begins a line, and an input method keeps its Enter.

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!event.target.matches("textarea[data-enter]")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  // --- Hits under the search box: arrows walk through them, Escape puts them away.

  document.addEventListener("keydown", (event) => {
    const box = event.target.closest(".search");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!box) return;
    if (event.key === "Escape") {
      box.querySelector(".hits")?.replaceChildren();
      box.querySelector("input").focus();
    } else if (step) {
      const stops = [box.querySelector("input"), ...box.querySelectorAll(".hits a")];
      const next = stops.indexOf(document.activeElement) + step;
      if (next < 0 || next >= stops.length) return;
      event.preventDefault();
      stops[next].focus();
    }
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) document.getElementById("hits")?.replaceChildren();
  });

  // --- Menus are <details>: one open at a time, closed by Escape or a click elsewhere.

  function closeMenus(except, giveFocusBack) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu === except) continue;
      menu.open = false;
      if (giveFocusBack) menu.querySelector("summary").focus();
    }
  }

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"), false);
  });

  // --- Work in progress: a line along the top once the server takes longer than a moment.

  const PATIENCE = 300; // milliseconds
  const root = document.documentElement;
  let running = 0;
  let timer = 0;

  function begin() {
    running += 1;
    if (running === 1) timer = setTimeout(() => root.classList.add("is-working"), PATIENCE);
  }

  function end() {
    running = Math.max(0, running - 1);
    if (running) return;
    clearTimeout(timer);
    root.classList.remove("is-working");
  }

  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) begin();
  });
  window.addEventListener("pageshow", () => {
    running = 0;
    end();
  });
  document.addEventListener("htmx:beforeRequest", begin);
  document.addEventListener("htmx:afterRequest", end);

  // --- What was unmasked does not come back with the page, however a browser keeps it.

  window.addEventListener("pagehide", () => {
    for (const value of document.querySelectorAll("[data-revealed]")) value.remove();
  });

  // --- htmx: the token of each writing request, and answers that are not for swapping.

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name=csrf-token]");
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const signIn = document.body.dataset.signIn;
    // The session has ended: the sign-in page belongs in the window, not in a fragment of it.
    if (signIn && xhr.responseURL && new URL(xhr.responseURL).pathname === signIn) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });

  // A card that took the place of what had the focus has it: its first field, else its first link.
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (document.activeElement !== document.body || !target.matches("section.card")) return;
    const field = target.querySelector(
      "form.entry :is(input:not([type=hidden]), select, textarea)",
    );
    (field || target.querySelector("a, button"))?.focus();
  });

  function sayFailed() {
    const messages = document.getElementById("messages");
    if (!messages) return;
    const line = document.createElement("p");
    line.className = "note note-red";
    line.textContent = messages.dataset.failed;
    messages.replaceChildren(line);
    messages.scrollIntoView({ block: "nearest" });
  }

  // The wallboard keeps its last figures and their moment, and says so, until it is answered again.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!document.getElementById("wall")) return;
    document.body.classList.toggle("wall-is-lost", !event.detail.successful);
  });

  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, sayFailed);
  }

  // --- Choosing many rows: the count, "select all", and acts that wait for a choice.

  function countChosen(form) {
    const picks = [...form.querySelectorAll(".pick:not([data-bulk-all])")];
    const chosen = picks.filter((pick) => pick.checked).length;
    for (const all of form.querySelectorAll("[data-bulk-all]")) {
      all.checked = chosen > 0 && chosen === picks.length;
      all.indeterminate = chosen > 0 && chosen < picks.length;
    }
    for (const place of form.querySelectorAll("[data-bulk-count]")) place.textContent = chosen;
    for (const act of form.querySelectorAll("[data-bulk-act]")) act.disabled = chosen === 0;
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-bulk]");
    if (!form || !event.target.matches(".pick")) return;
    if (event.target.matches("[data-bulk-all]")) {
      for (const pick of form.querySelectorAll(".pick")) pick.checked = event.target.checked;
    }
    countChosen(form);
  });

  // What the weights of a post add up to, while they are typed; the server checks it anyway.
  function showSum(card) {
    const parts = [...card.querySelectorAll("[data-summand]")];
    const cents = Math.round(parts.reduce((sum, part) => sum + (Number(part.value) || 0), 0) * 100);
    const shown = card.querySelector("output");
    shown.hidden = false;
    shown.textContent = `${cents / 100} / 100`;
    shown.classList.toggle("late", cents !== 0 && cents !== 10000);
  }

  document.addEventListener("input", (event) => {
    const card = event.target.closest("[data-sum]");
    if (card) showSum(card);
  });

  function prepare(part) {
    for (const card of part.querySelectorAll("[data-sum]")) showSum(card);
    for (const form of part.querySelectorAll("form[data-bulk]")) countChosen(form);
    const around = part.closest ? part.closest("form[data-bulk]") : null;
    if (around) countChosen(around);
  }

  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
})();
