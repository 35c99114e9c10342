// The branch board: a client goes to an RM by mouse, finger or keys. Nothing happens before the
// server has shown what it does to the book; the buttons beside each client do the same.
(() => {
  "use strict";

  const FAR = 6; // pixels after which a press is a drag
  const EDGE = 120; // pixels from the edge within which the page scrolls along
  const SPEED = 0.8; // pixels in a millisecond
  let pressed = null; // where a grip was pressed
  let held = null; // the client in hand: by pointer with a label, or by keys
  let dragged = false; // the click that ends a drag means nothing

  const targets = () => [...document.querySelectorAll("[data-drop]")];

  function tell(what, names = {}) {
    const place = document.querySelector("[data-drag-told]");
    if (place) place.textContent = place.dataset[what].replace(/\{(\w+)\}/, (_all, n) => names[n]);
  }

  function aim(row) {
    if (held.over === row) return;
    held.over?.classList.remove("is-aim");
    held.over = row;
    if (!row) return;
    row.classList.add("is-aim");
    tell("over", { rm: row.dataset.name });
  }

  function lift(grip) {
    held = { grip, row: grip.closest("[data-drag]"), over: null, label: null };
    held.row.classList.add("is-held");
    grip.setAttribute("aria-pressed", "true");
    tell("held", { client: grip.dataset.name });
  }

  function letGo() {
    held.over?.classList.remove("is-aim");
    held.row.classList.remove("is-held");
    held.grip.removeAttribute("aria-pressed");
    held.label?.remove();
    held = null;
  }

  function drop() {
    const { row, over } = held;
    letGo();
    const form = row.closest("form");
    const mine = row.querySelector(".pick");
    if (!mine.checked) {
      for (const pick of form.querySelectorAll(".pick")) pick.checked = pick === mine;
    }
    for (const [name, value] of [["to", over.dataset.drop], ["act", "look"]]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    form.requestSubmit();
  }

  // --- By mouse and finger

  function show(x, y) {
    if (!held.label) {
      held.label = document.createElement("div");
      held.label.className = "drag-label";
      held.label.textContent = held.grip.dataset.name;
      document.body.append(held.label);
      let before = performance.now();
      const along = (now) => {
        if (!held?.label) return;
        scrollAlong((now - before) * SPEED);
        before = now;
        requestAnimationFrame(along);
      };
      requestAnimationFrame(along);
    }
    held.label.style.transform = `translate(${x + 12}px, ${y + 12}px)`;
    aim(document.elementFromPoint(x, y)?.closest("[data-drop]") || null);
  }

  function scrollAlong(way) {
    const { x, y } = pressed;
    if (y < EDGE) window.scrollBy(0, -way);
    else if (y > window.innerHeight - EDGE) window.scrollBy(0, way);
    else return;
    show(x, y);
  }

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    if (held) letGo();
    pressed = { grip, from: [event.clientX, event.clientY], x: event.clientX, y: event.clientY };
    grip.setPointerCapture(event.pointerId);
  });

  document.addEventListener("pointermove", (event) => {
    if (!pressed) return;
    [pressed.x, pressed.y] = [event.clientX, event.clientY];
    const way = Math.hypot(pressed.x - pressed.from[0], pressed.y - pressed.from[1]);
    if (!held && way > FAR) lift(pressed.grip);
    if (held) show(pressed.x, pressed.y);
  });

  document.addEventListener("pointerup", () => {
    dragged = Boolean(held?.label);
    pressed = null;
    setTimeout(() => (dragged = false));
    if (!dragged) return;
    if (held.over) return drop();
    tell("left");
    letGo();
  });

  document.addEventListener("pointercancel", () => {
    pressed = null;
    if (held?.label) letGo();
  });

  // --- By keys, or by a tap on the client and a tap on the RM

  document.addEventListener("click", (event) => {
    if (dragged) return;
    const grip = event.target.closest("[data-grip]");
    const row = event.target.closest("[data-drop]");
    if (grip && !held) {
      lift(grip);
      choose(0);
    } else if (held && row) {
      event.preventDefault();
      aim(row);
      drop();
    }
  });

  function choose(step) {
    const all = targets();
    const at = all.indexOf(held.over) + (held.over ? step : 0);
    const row = all[Math.min(Math.max(at, 0), all.length - 1)];
    if (!row) return;
    aim(row);
    row.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (!held || held.label) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) choose(step);
    else if (event.key === "Enter" && held.over) drop();
    else if (event.key === "Escape" || event.key === "Tab") {
      tell("left");
      letGo();
      if (event.key === "Tab") return;
    } else return;
    event.preventDefault();
  });

  function prepare(part) {
    for (const grip of part.querySelectorAll("[data-grip]")) grip.hidden = false;
  }

  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
})();
