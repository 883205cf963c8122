// Targets of routes: users and roles stand for the mail addresses of people; other addresses are shown without what is secret in them.
import { createHash } from 'node:crypto';
import type { Queryable } from '../../../foundation/postgres/database.js';

/** The mail addresses of enabled users: of these, and of all that have one of the roles. */
export type FindPeople = (
  db: Queryable,
  sought: { readonly emails: readonly string[]; readonly roles: readonly string[] },
) => Promise<readonly { readonly email: string; readonly roles: readonly string[] }[]>;

const USER = /^user:/i;
const ROLE = /^role:/i;

export const isPeople = (target: string): boolean => USER.test(target) || ROLE.test(target);

/** True for a text that can be a target at all; whether its way is configured is another question. */
export const isTarget = (text: string): boolean =>
  text.length <= 2_000 &&
  (/^(?:user|mail(?:to)?):[^\s@<>,;:"]{1,64}@[^\s@<>,;:"]{1,255}$/i.test(text) ||
    /^role:\S[^\n]{0,100}$/i.test(text) ||
    (/^(?:chat:)?https?:\/\/[^\s/]+/i.test(text) && URL.canParse(text.replace(/^chat:/i, ''))));

/** How a target is written down and shown: a mail address as it is, of others the host and a digest by which they are told apart. */
export function toTargetKey(target: string): string {
  if (isPeople(target)) return target;
  if (/^mail(?:to)?:/i.test(target)) return `mail:${target.replace(/^mail(?:to)?:/i, '').toLowerCase()}`;
  const digest = createHash('sha256').update(target).digest('hex').slice(0, 8);
  const chat = /^chat:/i.test(target) ? 'chat:' : '';
  const url = target.replace(/^chat:/i, '');
  if (!URL.canParse(url)) return `${chat}… (${digest})`;
  const { protocol, host } = new URL(url);
  return `${chat}${protocol}//${host}/… (${digest})`;
}

/** The targets with users and roles replaced by their mail addresses, none twice. Of users that are gone or disabled nothing is left. */
export async function expandTargets(
  db: Queryable,
  targets: readonly string[],
  findPeople: FindPeople,
): Promise<readonly string[]> {
  const emails = targets.filter((one) => USER.test(one)).map((one) => one.replace(USER, ''));
  const roles = targets.filter((one) => ROLE.test(one)).map((one) => one.replace(ROLE, ''));
  const people = emails.length + roles.length === 0 ? [] : await findPeople(db, { emails, roles });
  const all = [...targets.filter((one) => !isPeople(one)), ...people.map(({ email }) => `mail:${email}`)];
  return [...new Map(all.map((one) => [toTargetKey(one), one])).values()];
}
