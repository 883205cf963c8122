// Names of the database in words for people.

// Words that are written in capitals whatever the database does.
const ACRONYMS = new Set([
  'api',
  'bic',
  'ean',
  'gtin',
  'html',
  'iban',
  'id',
  'ip',
  'isbn',
  'iso',
  'json',
  'pdf',
  'sku',
  'upc',
  'url',
  'uuid',
  'vat',
  'xml',
]);

/** `order_line`, `OrderLine` and `order line` are `['order', 'line']`, each word in the case it had; `XMLFile` is `['XML', 'File']`. */
export function toWords(name: string): readonly string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** `order_line` → `Order line`, `brand_id` → `Brand ID`. A name without letters and digits is its own label. */
export function toLabel(name: string): string {
  const words = toWords(name).map((word) => {
    const lower = word.toLowerCase();
    if (ACRONYMS.has(lower)) return lower.toUpperCase();
    // Capitals among small letters are meant: an abbreviation. A name all in capitals is only loud.
    return word === word.toUpperCase() && word.length > 1 && name !== name.toUpperCase() ? word : lower;
  });
  const label = words.join(' ');
  return label === '' ? name : label.charAt(0).toUpperCase() + label.slice(1);
}
