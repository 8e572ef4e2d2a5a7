// @ts-check
/** Escape closes what was opened over the page and gives the focus back. (Menus are popovers: the browser does it.) */
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const inside = document.activeElement?.closest("details.saved[open], details.confirm[open]");
  const box = /** @type {HTMLDetailsElement | null} */ (inside ?? document.querySelector("details.saved[open]"));
  if (!box) return;
  box.open = false;
  box.querySelector("summary")?.focus();
});
