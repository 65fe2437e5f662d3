// The customer's signature: drawn with finger, pen or mouse, kept as an SVG path on 600 by 200 points.
(() => {
  "use strict";
  const WIDTH = 600;
  const HEIGHT = 200;
  const LONGEST = 40000;
  document.querySelectorAll("[data-signature]").forEach((box) => {
    const canvas = box.querySelector("canvas");
    const field = box.querySelector("input");
    const pen = canvas.getContext("2d");
    let path = "";
    let drawing = false;
    let last = "";
    const pointOf = (event) => {
      const frame = canvas.getBoundingClientRect();
      const inside = (share, most) => Math.min(Math.max(Math.round(share * most), 0), most);
      return [
        inside((event.clientX - frame.left) / frame.width, WIDTH),
        inside((event.clientY - frame.top) / frame.height, HEIGHT),
      ];
    };
    const add = (verb, [x, y]) => {
      const point = `${x} ${y}`;
      if (point === last && verb === "L") return;
      if (path.length > LONGEST - 20) return;
      last = point;
      path += `${path ? " " : ""}${verb}${point}`;
      field.value = path;
    };
    const ink = () => {
      pen.lineWidth = 3;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = getComputedStyle(canvas).color;
    };
    const show = () => {
      pen.clearRect(0, 0, WIDTH, HEIGHT);
      ink();
      if (path) pen.stroke(new Path2D(path));
    };
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      drawing = true;
      add("M", pointOf(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      add("L", pointOf(event));
      show();
    });
    const stop = () => {
      drawing = false;
    };
    canvas.addEventListener("pointerup", stop);
    canvas.addEventListener("pointercancel", stop);
    box.querySelector("[data-clears]").addEventListener("click", () => {
      path = last = field.value = "";
      show();
    });
    path = field.value;
    if (/^[ML0-9 ]*$/.test(path)) show();
  });
})();
