// Names of months as files spell them: taken from the languages' own data in Node (ICU, CLDR), so that no list is kept here.

/** Languages whose month names are read, whatever the language of the file. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl', 'sv', 'da', 'nb', 'fi', 'cs', 'tr'];

let known: ReadonlyMap<string, number> | undefined;

/** 1 to 12, or undefined if the word names no month, or different ones in different languages. Case and points don't count. */
export function findMonth(word: string): number | undefined {
  known ??= listMonths();
  const month = known.get(toPlain(word));
  return month === 0 ? undefined : month;
}

const toPlain = (word: string): string => word.toLowerCase().replaceAll('.', '').normalize('NFC').trim();

function listMonths(): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (const language of LANGUAGES) {
    for (const options of [
      { month: 'long' },
      { month: 'short' },
      { month: 'long', day: 'numeric' },
      { month: 'short', day: 'numeric' },
    ] as const) {
      const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
      for (let month = 1; month <= 12; month++) {
        const parts = format.formatToParts(Date.UTC(2026, month - 1, 1));
        const name = toPlain(parts.find(({ type }) => type === 'month')?.value ?? '');
        if (!/^\p{L}{3,}$/u.test(name)) continue;
        const before = names.get(name);
        // 0: two languages mean different months by it.
        names.set(name, before === undefined || before === month ? month : 0);
      }
    }
  }
  for (const [name, month] of [
    ['sept', 9],
    ['mrz', 3],
  ] as const)
    names.set(name, month);
  return names;
}
