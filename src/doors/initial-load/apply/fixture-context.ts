// What applying a fixture has at hand, and what it hands back.
import { type Catalog, type Entity, findEntity } from '../../../engine/catalog/index.js';
import type { FoundIssue } from '../../../engine/pipeline/index.js';
import type { WriteTarget } from '../../../engine/records/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { LoadFile, LoadStrategy } from '../folder/load-file.js';
import { loadError } from '../load-errors.js';
import type { EntityReport, RemovalQuestion } from '../load-services.js';
import type { RecordKeys } from '../symbols/record-keys.js';
import type { FixtureWriter } from './fixture-writer.js';

export interface FixtureContext {
  /** In an open transaction. */
  readonly client: Client;
  readonly catalog: Catalog;
  readonly file: LoadFile;
  /** What its runs are called: folder and path. */
  readonly title: string;
  readonly keys: RecordKeys;
  readonly rehearsal: boolean;
  readonly signal: AbortSignal;
  /** Records that went through so far. */
  readonly onRows: (rows: number) => void;
  readonly confirmRemoval: (removal: RemovalQuestion) => Promise<boolean>;
}

export interface FixtureOutcome {
  readonly entities: readonly EntityReport[];
  readonly issues: readonly (FoundIssue & { readonly entity: string })[];
  /** Records that failed: with one, nothing may be kept. */
  readonly failed: number;
}

/** The entity of that name; what the catalog says against it is said of the file. */
export function readFileEntity(
  context: Pick<FixtureContext, 'catalog' | 'file'>,
  name: string,
  line?: number,
): Entity {
  try {
    return findEntity(context.catalog, name);
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    throw loadError(203, {
      detail: `${line === undefined ? '' : `Line ${line}: `}${error.detail}`,
      hint: error.hint ?? 'A script that makes it has to come before: by its name, or by `after`.',
      pointer: { file: context.file.path, entity: name, ...(line === undefined ? {} : { line }) },
    });
  }
}

/**
 * What happens with records that are there already. Throws LOAD-209 where a file is to be kept in step, but has no field that
 * tells the entity's records apart.
 */
export function chooseStrategy(
  file: LoadFile,
  entity: Entity,
  targets: readonly WriteTarget[],
): LoadStrategy {
  const given = new Set(targets.flatMap(({ path }) => fieldsSetBy(entity, path)));
  const identified = entity.identity.length > 0 && entity.identity.every((name) => given.has(name));
  const { strategy, keep } = file.head;
  if (identified) return strategy ?? 'add_or_update';
  if (keep === 'in-step') {
    const identity = entity.identity.join(', ');
    throw loadError(209, {
      detail: `${file.path} is to be kept in step, but nothing in it tells records of ${entity.name} apart.`,
      hint:
        identity === ''
          ? `${entity.name} has no unique key; name its identity in dovetail.config.ts.`
          : `They are matched by ${identity}: give it, or name another identity in dovetail.config.ts.`,
      pointer: { file: file.path, entity: entity.name },
    });
  }
  return strategy ?? 'add';
}

function fieldsSetBy(entity: Entity, path: readonly string[]): readonly string[] {
  const [head] = path as [string];
  if (path.length === 1) return [head];
  return entity.relations.find((one) => one.kind === 'one' && one.name === head)?.fields ?? [];
}

export function toEntityReport(
  entity: Entity,
  strategy: string,
  writer: FixtureWriter,
  rehearsal: boolean,
): EntityReport {
  const run = rehearsal ? {} : { run: writer.runId };
  return { entity: entity.name, strategy, counters: writer.counters, ...run };
}
