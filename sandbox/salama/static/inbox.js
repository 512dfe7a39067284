// Keeps the list fresh: asks for its rows every few seconds and swaps them when they changed.
// It waits while the page is hidden or while the keyboard focus is inside the list.
const list = document.getElementById("rows");
let shown = list.innerHTML.trim();
let waiting = false;

async function refresh() {
  if (waiting || document.hidden || list.contains(document.activeElement)) return;
  waiting = true;
  try {
    const answer = await fetch(list.dataset.refresh, { cache: "no-store" });
    if (!answer.ok) return;
    const rows = (await answer.text()).trim();
    if (rows !== shown) {
      list.innerHTML = rows;
      shown = rows;
    }
  } catch {
    // The sandbox is being restarted; the next round will find it again.
  } finally {
    waiting = false;
  }
}

setInterval(refresh, 4000);
