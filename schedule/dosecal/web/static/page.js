// Saves the click on "Work out", and asks whether the files have changed. Everything works without it.
const form = document.querySelector("form.live"), answer = document.getElementById("answer");
const show = (id, is) => { document.getElementById(id).hidden = !is; };
let turn = 0, timer = 0;
const gone = () => { show("gone", true); if (answer) answer.replaceChildren(); };
const work = async () => {
  const mine = ++turn;
  try {
    const said = await fetch(form.dataset.part, { method: "POST", headers: { "X-Part": "1" }, body: new URLSearchParams(new FormData(form)) });
    const text = await said.text();
    if (mine !== turn) return;
    if (said.status === 403) return location.reload();
    answer.innerHTML = text; answer.removeAttribute("aria-busy"); show("gone", false);
    for (const one of answer.querySelectorAll("[data-set]")) document.getElementById(one.dataset.set).value = one.dataset.value;
    for (const one of answer.querySelectorAll("[data-for]")) {
      const place = document.getElementById(one.dataset.for), field = document.getElementById(one.dataset.of);
      place.innerHTML = one.innerHTML; place.className = one.dataset.class;
      field.setAttribute("aria-invalid", one.dataset.class === "err"); field.closest(".field").classList.toggle("bad", one.dataset.class === "err");
    }
  } catch { if (mine === turn) gone(); }
};
if (form) {
  form.addEventListener("input", () => {
    turn++; clearTimeout(timer); answer.replaceChildren(document.getElementById("working").content.cloneNode(true));
    answer.setAttribute("aria-busy", "true"); timer = setTimeout(work, 150);
  });
  form.addEventListener("keydown", (key) => { if (key.key === "Escape") location.assign(form.dataset.filed); });
}
if (document.querySelector("nav.main")) setInterval(async () => {
  try {
    const said = await fetch("/alive", { headers: { "X-Part": "1" } });
    if (said.status === 403) return location.reload();
    const now = await said.json();
    show("gone", false); if (now.covered) return location.reload();
    if (now.digest !== document.body.dataset.digest) { document.getElementById("changed-words").textContent = now.words; show("changed", true); }
  } catch { gone(); }
}, 5000);
