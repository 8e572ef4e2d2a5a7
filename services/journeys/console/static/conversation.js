// @ts-check
/** The growing end of a conversation: when something comes in, the page looks again. Without this it only reloads. */
const PATIENCE = 5_000; // milliseconds without a stream until the page says so
const AGAIN = 30_000; // milliseconds until a stream that ended for good is asked for again

/** @param {HTMLElement} box */
function listen(box) {
  const source = new EventSource(box.dataset.stream ?? "");
  const lost = /** @type {HTMLElement | null} */ (box.querySelector("[data-lost]"));
  let late = 0;
  const look = () => box.querySelector("#timeline")?.dispatchEvent(new Event("conversation"));
  source.addEventListener("entry", look);
  source.addEventListener("changed", look);
  source.addEventListener("open", () => {
    clearTimeout(late);
    if (lost && !lost.hidden) look();
    if (lost) lost.hidden = true;
  });
  source.addEventListener("error", () => {
    clearTimeout(late);
    late = setTimeout(() => lost && (lost.hidden = false), PATIENCE);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(box), AGAIN);
  });
  addEventListener("pagehide", () => source.close(), { once: true });
}

for (const box of document.querySelectorAll("[data-stream]")) listen(/** @type {HTMLElement} */ (box));
