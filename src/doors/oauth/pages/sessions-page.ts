// With which browsers somebody is signed in.
import type { ListedSession } from '../../../engine/access/index.js';
import { escapeHtml, toHidden, toPage } from './page.js';

export interface SessionsShown {
  readonly sessions: readonly ListedSession[];
  /** The name of the one that asks. */
  readonly own: string;
  readonly csrf: string;
}

export const toSessionsPage = ({ sessions, own, csrf }: SessionsShown): string =>
  toPage(
    'Where you are signed in',
    `<ul class="sessions">
${sessions.map((session) => toItem(session, session.name === own, csrf)).join('\n')}
</ul>
<form method="post" action="/sessions/end">${toHidden('_csrf', csrf)}<button>Sign out everywhere</button></form>
<p class="hint">Programs that you let in, and keys, go on. Who may have seen your password: choose another one, too.</p>`,
  );

function toItem(
  { name, createdAt, expiresAt, browser }: ListedSession,
  isOwn: boolean,
  csrf: string,
): string {
  const title = escapeHtml(browser ?? 'A browser that gave no name');
  return `<li><strong>${isOwn ? 'This browser' : title}</strong>
<p class="hint">${isOwn ? `${title}<br>` : ''}Since ${toMoment(createdAt)}, until ${toMoment(expiresAt)} at most</p>
<form method="post" action="/sessions/end">${toHidden('_csrf', csrf)}${toHidden('session', name)}<button class="other" aria-label="Sign out ${isOwn ? 'this browser' : title}">Sign out</button></form></li>`;
}

const toMoment = (moment: Date): string =>
  `<time datetime="${moment.toISOString()}">${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>`;
