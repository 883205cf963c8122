// What a browser calls itself, as a person would say it: enough to tell one's own from another's.

// The first that fits: each of the later ones also calls itself by the names of earlier times.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/(?:Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** `Firefox on Windows`; where it is not known, its own words, shortened. */
export function toBrowserWords(name: string | undefined): string {
  if (name === undefined || name === '') return 'A browser that gave no name';
  const browser = BROWSERS.find(([form]) => form.test(name))?.[1];
  const system = SYSTEMS.find(([form]) => form.test(name))?.[1];
  if (browser === undefined) return name.slice(0, MOST);
  return system === undefined ? browser : `${browser} on ${system}`;
}

const MOST = 60;
