// Where people sign in, and where they are told that they are.
import { escapeHtml, toComplaint, toField, toHidden, toPage } from './page.js';

export interface LoginForm {
  readonly csrf: string;
  readonly next: string;
  readonly email?: string;
  readonly complaint?: string;
}

export const toLoginPage = ({ csrf, next, email, complaint }: LoginForm): string =>
  toPage(
    'Sign in',
    `${toComplaint(complaint)}<form method="post" action="/login">
${toHidden('_csrf', csrf)}${toHidden('next', next)}
${toField({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email ?? '', focus: email === undefined })}
${toField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', focus: email !== undefined })}
<button>Sign in</button>
</form>`,
  );

export const toSignedInPage = ({ name, csrf }: { readonly name: string; readonly csrf: string }): string =>
  toPage(
    `Signed in as ${name}`,
    `<p>This browser is known for twelve hours.</p>
<p><a class="button" href="/api/docs">Look at the API</a></p>
<p><a href="/sessions">Where you are signed in</a></p>
<form method="post" action="/logout">${toHidden('_csrf', csrf)}<button class="other">Sign out</button></form>`,
  );

export const toSignedOutPage = (): string =>
  toPage('Signed out', `<p><a class="button" href="${escapeHtml('/login')}">Sign in again</a></p>`);
