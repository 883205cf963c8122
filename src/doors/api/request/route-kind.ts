// Addresses by kind, for whoever counts requests: one of a few words, whatever a client writes.

const KINDS = ['collection', 'record', 'related', 'relationship'] as const;

/** `route`: where the answering route lies (`/api/*`); undefined where nothing was. */
export function toRouteKind(base: string, route: string | undefined, address: string): string {
  if (route === undefined) return 'none';
  if (route !== `${base}/*`) return route;
  const path = address.slice(base.length + 1).split('?', 1)[0]!;
  if (path === 'openapi.json') return `${base}/openapi.json`;
  const own = path.startsWith('dovetail/');
  const segments = (own ? path.slice('dovetail/'.length) : path).split('/').filter(Boolean).length;
  return `${base}${own ? '/dovetail' : ''} ${KINDS[Math.min(Math.max(segments, 1), 4) - 1]}`;
}
