// The route of a day: a visit is dragged to its place by mouse or finger. The buttons beside each
// visit do the same without this file.
(() => {
  "use strict";

  function begin(list) {
    for (const grip of list.querySelectorAll("[data-sort-grip]")) grip.hidden = false;
    new Sortable(list, {
      handle: "[data-sort-grip]",
      animation: 120,
      forceFallback: true, // one way for mouse and finger
      onEnd: (event) => {
        if (event.oldIndex !== event.newIndex) list.closest("form").requestSubmit();
      },
    });
  }

  document.addEventListener("htmx:load", (event) => {
    event.detail.elt.querySelectorAll("[data-sort]").forEach(begin);
  });
})();
