// A zip file of several tables: each goes into the entity it is named after, in the order in which references can be resolved.
import { type Catalog, type Entity, findEntity } from '../../../engine/catalog/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { ImportCall } from './import-call.js';
import { importError } from './import-errors.js';
import type { RunReport } from './run-report.js';

export interface ArchiveReport {
  /** As the user called it. */
  readonly archive: string;
  /** One for each table, in the order they were imported. */
  readonly runs: readonly RunReport[];
  /** Tables that were not tried, because a run before them did not get to its end. */
  readonly left: readonly string[];
}

export interface ArchivePart {
  /** Name in the archive. */
  readonly member: string;
  readonly entity: Entity;
}

/** Which table goes where, and when. Throws FILES-113 before anything is imported if one of them has no entity. */
export function planArchive(members: readonly string[], catalog: Catalog): readonly ArchivePart[] {
  const parts: ArchivePart[] = [];
  const lost: string[] = [];
  for (const member of members) {
    const entity = findMemberEntity(member, catalog);
    if (entity) parts.push({ member, entity });
    else lost.push(member);
  }
  if (lost.length > 0) {
    throw importError(113, {
      detail: `No entity is called like ${lost.join(', ')} in the archive.`,
      hint: 'Import the file alone, with --member and --entity; `dovetail entities` lists the entities.',
    });
  }
  // The catalog's own order: what is referred to comes before what refers to it.
  const order = [...catalog.entities.keys()];
  return parts.sort((a, b) => order.indexOf(a.entity.name) - order.indexOf(b.entity.name));
}

/** By the file's name without folder, ending and leading number; blanks and hyphens are underscores, a plural is fine. */
function findMemberEntity(member: string, catalog: Catalog): Entity | undefined {
  const base = member
    .split('/')
    .at(-1)!
    .replace(/\.gz$/i, '')
    .replace(/\.[^.]*$/, '');
  const plain = base
    .replace(/^\d+[-_. ]+/, '')
    .toLowerCase()
    .replace(/[- ]/g, '_');
  const names = [base, plain, plain.replace(/s$/, ''), plain.replace(/es$/, ''), plain.replace(/ies$/, 'y')];
  for (const name of names) {
    try {
      return findEntity(catalog, name);
    } catch (error) {
      if (!(error instanceof DovetailError)) throw error;
    }
  }
  return undefined;
}

/** Imports one after the other; what stops a run stops the rest. `importFile` does one of them. */
export async function importParts(
  call: ImportCall,
  parts: readonly ArchivePart[],
  importFile: (call: ImportCall) => Promise<RunReport>,
): Promise<ArchiveReport> {
  const archive = 'path' in call.source ? call.source.path : call.source.name;
  const runs: RunReport[] = [];
  for (const [i, { member, entity }] of parts.entries()) {
    const report = await importFile({ ...call, member, entity: entity.name });
    runs.push(report);
    if (report.state === 'failed' || report.state === 'stopped' || report.state === 'cancelled')
      return { archive, runs, left: parts.slice(i + 1).map((part) => part.member) };
  }
  return { archive, runs, left: [] };
}
