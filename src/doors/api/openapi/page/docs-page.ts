// The page that shows the description to people and lets them try it. Everything on it comes from this server, and it needs no
// key: it asks its reader for one, which stays in the page.

/** Files that lie beside the page, by name, with their media types. The first two are Swagger UI's. */
export const PAGE_FILES: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
};

/** Nothing from elsewhere, no script or style within the page, and nobody may put it into a frame. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dovetail API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/page.css">
</head>
<body>
<form id="ask">
<label for="key">Key or token</label>
<input id="key" type="password" autocomplete="off" spellcheck="false" required>
<button>Show what it may do</button>
<p id="says" role="status">A key is made by <code>dovetail clients</code>. It is kept in this page only.</p>
</form>
<main id="api"></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/page.js"></script>
</body>
</html>
`;

export const PAGE_STYLE = `#ask { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: 1rem; font: 16px/1.4 sans-serif; }
#ask input { flex: 1 1 20rem; max-width: 40rem; padding: .4rem; font: inherit; }
#ask button { padding: .4rem .8rem; font: inherit; }
#ask p { flex-basis: 100%; margin: 0; }
#ask .wrong { color: #a00; }
.swagger-ui .parameters td textarea { min-height: 2.4rem; height: 2.4rem; }
`;

/** Plain script for browsers. */
export const PAGE_SCRIPT = `'use strict';
const says = document.getElementById('says');
document.getElementById('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  const key = document.getElementById('key').value.trim();
  says.className = '';
  says.textContent = 'Reading what it may do …';
  try {
    const answer = await fetch('openapi.json', { headers: { authorization: 'Bearer ' + key } });
    const spec = await answer.json();
    if (!answer.ok) throw new Error(spec.errors.map((error) => error.detail).join(' '));
    const ui = SwaggerUIBundle({
      spec,
      dom_id: '#api',
      deepLinking: true,
      docExpansion: 'none',
      filter: true,
      defaultModelsExpandDepth: -1,
      validatorUrl: null,
      persistAuthorization: false,
      syntaxHighlight: { activated: false },
      onComplete() {
        ui.preauthorizeApiKey('key', key);
        says.textContent = Object.keys(spec.paths).length + ' addresses.';
        document.body.dataset.shown = 'yes';
      },
    });
  } catch (error) {
    says.className = 'wrong';
    says.textContent = error.message;
  }
});
`;
