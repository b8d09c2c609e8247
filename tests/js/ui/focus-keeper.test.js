import { equal, nextTask, test } from "../harness.js";
import { keepFocus } from "../../../static/js/ui/focus-keeper.js";

/** @param {import("../harness.js").Stage} stage */
function page({ element: root, signal }) {
  const refuge = root.appendChild(document.createElement("button"));
  const region = root.appendChild(document.createElement("section"));
  region.dataset.view = "call";
  const [one, two] = [1, 2].map(() => region.appendChild(document.createElement("button")));
  keepFocus({ root, refuge: () => refuge, signal });
  return { refuge, one, two };
}

test("the focus goes to what is near when its element leaves, and to a refuge when nothing is", async (stage) => {
  const { refuge, one, two } = page(stage);
  one.focus();
  one.remove();
  await nextTask();
  equal(document.activeElement, two);
  two.hidden = true;
  await nextTask();
  equal(document.activeElement, refuge);
});

test("whoever takes the focus away themselves keeps it away", async (stage) => {
  const { one, two } = page(stage);
  one.focus();
  one.blur();
  two.remove();
  await nextTask();
  equal(document.activeElement, document.body);
});
