// The words of a page come with it, in the reader's language: a table in a data block.

let table;

// say is the text of a key, its %s filled in order. A key without words shows itself.
export function say(key, ...args) {
  table ??= JSON.parse(document.getElementById("words")?.textContent || "{}");
  let i = 0;
  return (table[key] ?? key).replace(/%[sd]/g, () => String(args[i++] ?? ""));
}
