// Where somebody goes on after signing in: only within this server.

const HOME = '/login';

/** The path if it is one of ours, else where people are told that they are signed in. */
export function toReturnPath(wish: unknown): string {
  if (typeof wish !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wish) || wish.includes('\\')) return HOME;
  const base = 'http://here.invalid';
  const url = URL.canParse(wish, base) ? new URL(wish, base) : undefined;
  return url?.origin === base ? `${url.pathname}${url.search}` : HOME;
}
