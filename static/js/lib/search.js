/** What is compared when one searches: without case, accents and isolates of text (UAX #9). @param {string} text */
export function folded(text) {
  return text.trim().toLocaleLowerCase().normalize("NFD").replace(/[\p{M}\u2066-\u2069]/gu, "");
}
