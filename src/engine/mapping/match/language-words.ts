// Languages in the names of columns: `name:en`, `title_zh_Hans`, `Name.English (United States).value`.

const CODES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** Those that a shop is likely to be written in; by name others are not known, by code all are. */
const NAMED =
  'ar bg bn ca cs da de el en es et eu fa fi fr ga gl he hi hr hu id is it ja ko lt lv mk ms mt nl no pl pt ro ru sk sl sq sr sv th tr uk ur vi zh'
    .split(' ')
    .flatMap((code) => CODES.of(code) ?? []);

const CODE = /(?<![\p{L}\p{N}])[a-z]{2,3}(?:[-_][A-Za-z]{2,4}){0,2}(?![\p{L}\p{N}])/gu;
const NAME = new RegExp(`(?<![\\p{L}])(?:${NAMED.join('|')}|default)(?: \\([^()]+\\))?(?![\\p{L}])`, 'giu');

/** Every place in the text that may be a language. */
export function findLanguages(text: string): readonly { readonly text: string; readonly index: number }[] {
  const codes = [...text.matchAll(CODE)].filter(([code]) => isCode(code));
  return [...codes, ...text.matchAll(NAME)].map(({ 0: found, index }) => ({ text: found, index }));
}

function isCode(text: string): boolean {
  try {
    return CODES.of(text.replaceAll('_', '-')) !== undefined;
  } catch {
    return false;
  }
}
