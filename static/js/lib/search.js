/** What is compared when one searches: without case and accents. @param {string} text */
export function folded(text) {
  return text.trim().toLocaleLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}
