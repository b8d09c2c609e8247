import { equal, ok, test } from "../harness.js";
import { FileCard } from "../../../static/js/ui/file-card.js";

/** @import { Face } from "../../../static/js/ui/file-face.js" */

/** @type {Face} */
const OFFERED = { name: "report.pdf", about: "2 MB · PDF", note: "", progress: null, actions: ["get"], isAgain: false, people: [] };

/** @param {HTMLElement} element */
function shown(element) {
  const card = new FileCard();
  card.face = OFFERED;
  element.append(card);
  /** @type {string[]} */
  const acts = [];
  card.addEventListener("act", (event) => acts.push(Reflect.get(event, "detail").action));
  const buttons = () => [...card.querySelectorAll("button")].filter((button) => button.checkVisibility());
  return { card, acts, buttons };
}

test("a card has the buttons of its phase, which say of which file", ({ element }) => {
  const { card, acts, buttons } = shown(element);
  equal(buttons().map((button) => [button.textContent, button.ariaLabel]), [["Get", "Get report.pdf"]]);
  buttons()[0].click();
  card.face = { ...OFFERED, actions: ["pause", "cancel"], progress: 0.5, note: "50%" };
  equal(buttons().map((button) => button.textContent), ["Pause", "Cancel"]);
  const progress = card.querySelector("progress");
  equal([progress?.value, progress?.ariaLabel, card.querySelector(".file-note")?.textContent], [0.5, "Progress of report.pdf", "50%"]);
  card.face = { ...OFFERED, isAgain: true, note: "no space" };
  equal([buttons()[0].textContent, progress?.checkVisibility()], ["Try again", false]);
  equal(acts, ["get"]);
});

test("whoever pressed a button that is gone is at the next one", ({ element }) => {
  const { card, buttons } = shown(element);
  buttons()[0].focus();
  card.face = { ...OFFERED, actions: ["pause", "cancel"] };
  equal(document.activeElement?.textContent, "Pause");
  card.face = { ...OFFERED, actions: ["pause", "cancel"], progress: 0.7 };
  equal(document.activeElement?.textContent, "Pause");
});

test("a name is text, and nothing is read out by itself", ({ element }) => {
  const { card } = shown(element);
  card.face = { ...OFFERED, name: "<img src=x onerror=alert(1)>.png", people: ["<b>Bob</b> has it", "Carol has it"] };
  equal([card.querySelectorAll("img, b").length, card.querySelectorAll("li").length], [0, 2]);
  card.face = OFFERED;
  equal(card.querySelectorAll("li").length, 0);
  ok(!card.closest("[aria-live]") && !card.querySelector("[aria-live], [role=status], [role=alert]"));
});
