// @ts-check
/** The growing end of a conversation: when something comes in, the page looks again. Without this it only reloads. */
const AGAIN = 30_000; // milliseconds until a stream that ended for good is asked for again

/** @param {HTMLElement} box */
function listen(box) {
  const source = new EventSource(box.dataset.stream ?? "");
  const look = () => box.querySelector("#timeline")?.dispatchEvent(new Event("conversation"));
  source.addEventListener("entry", look);
  source.addEventListener("changed", look);
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(box), AGAIN);
  });
  addEventListener("pagehide", () => source.close(), { once: true });
}

for (const box of document.querySelectorAll("[data-stream]")) listen(/** @type {HTMLElement} */ (box));
