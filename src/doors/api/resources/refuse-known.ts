// `If-None-Match` before a write: the client wants to write only where there is no record, or another version of it (RFC 9110, 13.1.2).
import { planTree, type TreeRow } from '../../../engine/records/read/index.js';
import { apiError } from '../api-errors.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';

const WRITES: ReadonlySet<string> = new Set(['PATCH', 'DELETE']);

/** Throws API-403 (412). Asks the database only where the header was sent. */
export async function refuseKnown(request: ApiRequest, target: Target): Promise<void> {
  const unwanted = request.headers['if-none-match'];
  if (typeof unwanted !== 'string' || !WRITES.has(request.method) || target.kind === 'collection') return;
  const { shape, id } = target;
  const root = { entity: shape.entity, members: [], linkage: [], include: [] };
  const plan = planTree(request.catalog, {
    root,
    ...(request.system === undefined ? {} : { system: request.system }),
    key: id,
    limit: 1,
  });
  const [stored] = await request.read<TreeRow>(plan.sql, plan.parameters);
  if (!stored) return;
  // Of our tags the part before the point is the record's version.
  const versions = unwanted.split(',').map((tag) => /^(?:W\/)?"(\d+)[."]/.exec(tag.trim())?.[1]);
  if (unwanted.trim() !== '*' && !versions.includes(stored.version ?? '')) return;
  throw apiError(403, {
    detail: `The ${shape.type} '${id.slice(0, 60)}' is there, as If-None-Match would not have it; nothing was written.`,
    pointer: { header: 'If-None-Match' },
  });
}
