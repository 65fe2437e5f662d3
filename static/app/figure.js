// Draws each `[data-figure]` from the JSON inside it; loads Plotly only where there is one.
(() => {
  "use strict";
  let loading = null;
  const plotly = () => {
    loading ||= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = document.querySelector("[data-plotly]").dataset.plotly;
      script.onload = () => done(window.Plotly);
      script.onerror = failed;
      document.head.append(script);
    });
    return loading;
  };
  const shade = (name) => {
    const probe = document.createElement("i"); // a custom property keeps light-dark() unresolved, so ask a real one
    probe.className = `ink-${name}`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  function dressed(layout, box) {
    const ink = getComputedStyle(box).color;
    const grid = "rgba(128, 136, 148, .28)";
    const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, automargin: true };
    const out = {
      font: { color: ink, family: getComputedStyle(box).fontFamily, size: 13 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { t: 16, r: 8, b: 40, l: 48 },
      colorway: ["blue", "green", "amber", "red", "grey"].map(shade),
      dragmode: false,
      ...layout,
    };
    Object.keys(layout).concat("xaxis", "yaxis").filter((key) => /^[xy]axis\d*$/.test(key)).forEach((key) => {
      out[key] = { ...axis, ...(layout[key] || {}) };
    });
    delete out.template;
    return out;
  }
  async function draw(root) {
    const boxes = [...root.querySelectorAll("[data-figure]")].filter((box) => !box.dataset.drawn);
    if (root.matches?.("[data-figure]") && !root.dataset.drawn) boxes.push(root);
    if (!boxes.length) return;
    const Plotly = await plotly();
    for (const box of boxes) {
      const figure = JSON.parse(box.querySelector("script[type='application/json']").textContent);
      box.dataset.drawn = "yes";
      const place = box.querySelector(".figure-box");
      const config = { displayModeBar: false, responsive: true, locale: "en-US" };
      await Plotly.react(place, figure.data, dressed(figure.layout || {}, box), config);
      place.on("plotly_click", (event) => {
        const to = event.points[0]?.customdata;
        if (typeof to === "string" && to.startsWith("/")) window.location.href = to;
      });
    }
  }
  document.addEventListener("htmx:load", (event) => draw(event.detail.elt));
  document.addEventListener("themechange", () => {
    document.querySelectorAll("[data-drawn]").forEach((box) => delete box.dataset.drawn);
    draw(document);
  });
  draw(document);
})();
