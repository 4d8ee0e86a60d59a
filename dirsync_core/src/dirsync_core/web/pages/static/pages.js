// Copy buttons, keys, and what lives: lines of the set-up page, a plan that is being worked out. Every page works without it.
(() => {
  const all = (what) => [...document.querySelectorAll(what)];

  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = button.previousElementSibling, words = button.firstChild;
      try { await navigator.clipboard.writeText(field.textContent); }
      catch { getSelection().selectAllChildren(field); document.execCommand("copy"); }
      words.data = "Copied";
      setTimeout(() => { words.data = "Copy"; }, 2000);
    });
  }

  const rows = all("[data-row]"), keys = document.getElementById("keys");
  const pages = { p: "/people", c: "/cases", h: "/changes", r: "/records", l: "/locations", s: "/providers" };
  let row = -1, went = 0;
  const step = (by) => {
    if (!rows.length) return;
    rows[row]?.classList.remove("row-on");
    row = Math.min(Math.max(row + by, 0), rows.length - 1);
    rows[row].classList.add("row-on");
    rows[row].querySelector("a, summary")?.focus();
  };
  addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || keys?.open) return;
    if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
    if (Date.now() - went < 1500 && pages[event.key]) location.href = pages[event.key];
    else if (event.key === "g") went = Date.now();
    else if (event.key === "/") { const field = document.querySelector("[data-search]"); if (!field) return; field.focus(); field.select(); }
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") keys?.showModal();
    else return;
    event.preventDefault();
  });

  const look = async () => {
    try {
      const answer = document.hidden ? null : await fetch(location.href, { credentials: "same-origin" });
      if (answer?.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const old of all("[data-live]")) {
          const now = fresh.getElementById(old.id);
          if (!now || now.innerHTML === old.innerHTML || old.contains(document.activeElement)) continue;
          old.innerHTML = now.innerHTML;
          old.className = now.className;
          old.toggleAttribute("data-live", now.hasAttribute("data-live"));
          if (old.parentElement.tagName === "LI") old.parentElement.className = now.parentElement.className;
        }
      }
    } finally { again(); }
  };
  const again = () => { if (document.querySelector("[data-live]")) setTimeout(look, 5000); };
  again();
})();
