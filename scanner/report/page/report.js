"use strict";
(() => {
  const form = document.querySelector("form");
  const findings = [...document.querySelectorAll("article")];
  const count = document.querySelector(".count");
  const value = (name) => form.elements[name].value;
  const show = () => {
    const text = value("text").toLowerCase();
    let n = 0;
    for (const f of findings) {
      const fits = ["severity", "rule", "exposure"].every((k) => !value(k) || f.dataset[k] === value(k)) &&
        (!value("author") || JSON.parse(f.dataset.authors).includes(value("author"))) &&
        (!text || JSON.parse(f.dataset.paths).some((p) => p.toLowerCase().includes(text)));
      f.hidden = !fits;
      if (fits) n++;
    }
    count.textContent = n + " of " + findings.length + " shown";
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (e) => e.preventDefault());
  document.addEventListener("keydown", (e) => {
    if (e.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) {
      e.preventDefault();
      form.elements.text.focus();
    }
  });
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
  show();
})();
