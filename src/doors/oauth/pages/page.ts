// What the pages have in common: plain HTML of this server alone, without a script, readable on a phone and by a screen reader.
import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5a6675; --paper: #fff; --ground: #eef1f5; --line: #c6ced8; --deed: #1f5fbf; --wrong: #a31621; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #a3afbd; --paper: #1d242d; --ground: #12171d; --line: #465261; --deed: #6ea8ff; --wrong: #ff8a8a; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; }
header { font-weight: 600; color: var(--soft); letter-spacing: .02em; margin-bottom: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 1rem; }
p, ul { margin: 0 0 1rem; }
ul { padding-left: 1.25rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
ul.sessions { list-style: none; padding: 0; }
ul.sessions li { padding: .75rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.hint { color: var(--soft); font-size: .9rem; margin: .25rem 0 0; }
.field { margin-bottom: 1rem; }
input { width: 100%; padding: .6rem .7rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .4rem; }
button, .button { display: block; width: 100%; padding: .7rem; margin-top: .5rem; font: inherit; font-weight: 600; text-align: center; text-decoration: none; color: var(--paper); background: var(--deed); border: 1px solid var(--deed); border-radius: .4rem; cursor: pointer; }
button.other { color: var(--ink); background: transparent; border-color: var(--line); }
a { color: var(--deed); }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 2px; }
.wrong { color: var(--wrong); border-left: 4px solid var(--wrong); padding-left: .75rem; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** `formTargets`: where forms may lead besides this server, as the way back to an application. */
export const toPageHeaders = (formTargets: readonly string[] = []): Readonly<Record<string, string>> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; ` +
    `form-action ${["'self'", ...formTargets].join(' ')}; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
});

/** Text as it may stand in HTML, also within quotes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** `content`: HTML. */
export const toPage = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Dovetail</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<header>Dovetail</header>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'email' | 'password' | 'text';
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string;
  readonly optional?: boolean;
  readonly focus?: boolean;
}

export const toField = (field: Field): string => {
  const { name, label, type, autocomplete, value, hint, optional, focus } = field;
  const attributes = [
    `id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}"`,
    value === undefined ? '' : ` value="${escapeHtml(value)}"`,
    hint === undefined ? '' : ` aria-describedby="${name}-hint"`,
    optional === true ? '' : ' required',
    focus === true ? ' autofocus' : '',
  ].join('');
  const below = hint === undefined ? '' : `<p class="hint" id="${name}-hint">${escapeHtml(hint)}</p>`;
  return `<div class="field"><label for="${name}">${escapeHtml(label)}</label><input ${attributes}>${below}</div>`;
};

export const toHidden = (name: string, value: string): string =>
  `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;

/** Read aloud as soon as the page is there. */
export const toComplaint = (text: string | undefined): string =>
  text === undefined ? '' : `<p class="wrong" role="alert">${escapeHtml(text)}</p>`;
