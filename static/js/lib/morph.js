/** Updates a part of a page from what the server has rendered again. Nodes that are the same stay, and with them focus and selection. */

/**
 * Makes the children of `shown` like those of `fresh`, and uses these up. Elements with an id are found by it, others by their place.
 *
 * @param {Element} shown
 * @param {Element} fresh
 */
export function morph(shown, fresh) {
  const ids = new Set([...fresh.children].map(({ id }) => id).filter(Boolean));
  for (const child of [...shown.children]) if (child.id && !ids.has(child.id)) child.remove();
  let place = shown.firstChild;
  for (const node of [...fresh.childNodes]) {
    const known = found(shown, node) ?? place;
    if (known && isAlike(known, node)) {
      if (known !== place) shown.insertBefore(known, place);
      settle(known, node);
      place = known.nextSibling;
    } else {
      shown.insertBefore(node, place);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/**
 * @param {Element} shown
 * @param {Node} node
 */
function found(shown, node) {
  return node instanceof Element && node.id ? [...shown.children].find(({ id }) => id === node.id) : undefined;
}

/**
 * @param {Node} known
 * @param {Node} node
 */
function isAlike(known, node) {
  return known.nodeName === node.nodeName && (!(known instanceof Element) || known.id === /** @type {Element} */ (node).id);
}

/**
 * @param {ChildNode} known
 * @param {ChildNode} node
 */
function settle(known, node) {
  if (known.isEqualNode(node)) return;
  if (!(known instanceof Element)) {
    known.nodeValue = node.nodeValue;
    return;
  }
  const { attributes } = /** @type {Element} */ (node);
  for (const { name } of [...known.attributes]) if (!attributes.getNamedItem(name)) known.removeAttribute(name);
  for (const { name, value } of attributes) if (known.getAttribute(name) !== value) known.setAttribute(name, value);
  morph(known, /** @type {Element} */ (node));
}
