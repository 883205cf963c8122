// Headers and names brought to a form in which likeness can be seen: case, separators, accents, plurals, abbreviations.

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  þ: 'th',
};

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  addr: 'address',
  amt: 'amount',
  cat: 'category',
  cust: 'customer',
  desc: 'description',
  dept: 'department',
  mail: 'email',
  mfr: 'manufacturer',
  no: 'number',
  nr: 'number',
  num: 'number',
  pct: 'percent',
  prod: 'product',
  qty: 'quantity',
  ref: 'reference',
  tel: 'phone',
  telephone: 'phone',
  zip: 'postcode',
};

/** The words of a header in lower case, without accents: `ArtikelNr.`, `artikel_nr` and `Artikel-Nr` are the same. */
export function toWords(text: string): readonly string[] {
  return text
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[ßæøœłđþ]/g, (letter) => LETTERS[letter]!)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Without case, separators and accents. Empty if nothing is left. */
export const toPlain = (text: string): string => toWords(text).join('');

/** Also without plurals, and with abbreviations written out. */
export const toStem = (text: string): string => toWords(text).map(toSingular).map(spellOut).join('');

/** Without what stands in brackets: `Price (EUR)`, `Weight [kg]`. */
export const withoutBrackets = (text: string): string => text.replace(/\s*[([{][^)\]}]*[)\]}]/g, '');

const spellOut = (word: string): string => ABBREVIATIONS[word] ?? word;

/** A plain guess at English: good enough to see that `categories` and `category` are one. */
export function toSingular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:xes|ches|shes|sses|zes)$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
