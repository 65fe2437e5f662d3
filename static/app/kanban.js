// The kanban of deals: a card can be dragged to the next column only, and the server has the last word.
(() => {
  "use strict";
  const columns = document.querySelectorAll("[data-kanban] [data-column]");
  const isNext = (to, from) => Number(to.el.dataset.place) === Number(from.el.dataset.place) + 1;
  columns.forEach((column) => {
    Sortable.create(column, {
      group: { name: "deals", put: isNext },
      sort: false,
      // A finger that scrolls does not lift a card; one that rests on it does.
      delay: 250,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      filter: "a, button",
      preventOnFilter: false,
      onEnd: ({ item, from, to }) => {
        if (from === to) return;
        const form = item.querySelector("form");
        form.elements.to.value = to.dataset.column;
        form.requestSubmit();
      },
    });
  });
})();
