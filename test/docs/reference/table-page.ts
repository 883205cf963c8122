// The page of our own tables: what `dovetail init` makes, as the database shows it, with the comments of the migrations.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Queryable } from '../../../src/foundation/postgres/database.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

const MIGRATIONS = join(import.meta.dirname, '..', '..', '..', 'migrations');

interface Column {
  readonly table: string;
  readonly says: string | null;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** The page for a database in which Dovetail is set up. */
export async function toTablePage(database: Queryable): Promise<string> {
  const { rows } = await database.query<Column & Record<string, unknown>>(
    `select c.relname as table, obj_description(c.oid, 'pg_class') as says, a.attname as name,
       format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'dovetail'::regnamespace and c.relkind in ('r', 'p')
     order by c.relname collate "C", a.attnum`,
  );
  const comments = readComments();
  return toPage('Tables', [
    "Everything of Dovetail's lies in the schema `dovetail`; the job queue (graphile-worker) in `dovetail_jobs`. They may be read",
    'for reports of your own; they may change from version to version. Of tables of the application only `dovetail watch` alters anything.',
    ...[...new Set(rows.map((row) => row.table))].flatMap((table) => {
      const columns = rows.filter((row) => row.table === table);
      return [
        '',
        `## dovetail.${table}`,
        '',
        ...[columns[0]!.says ?? comments.get(table)].flatMap((says) => (says ? [says, ''] : [])),
        ...toMarkdownTable(
          ['column', 'type', 'null', ''],
          columns.map((column) => [
            code(column.name),
            column.type,
            column.nullable ? 'yes' : '',
            comments.get(`${table}.${column.name}`) ?? '',
          ]),
        ),
      ];
    }),
  ]);
}

/** What the migrations say in the lines before a table or a column. By `table` and `table.column`. */
function readComments(): ReadonlyMap<string, string> {
  const comments = new Map<string, string>();
  for (const file of readdirSync(MIGRATIONS).sort()) {
    let table = '';
    let said: string[] = [];
    for (const line of readFileSync(join(MIGRATIONS, file), 'utf8').split('\n')) {
      const comment = /^\s*-- (.*)$/.exec(line)?.[1];
      if (comment !== undefined) {
        said.push(comment);
        continue;
      }
      const opening = /^create table dovetail\.(\w+)/.exec(line)?.[1];
      const column = /^ {2}"?(\w+)"?\s/.exec(line)?.[1];
      table = opening ?? (line.startsWith(')') ? '' : table);
      const key = opening ?? (table !== '' && column !== undefined ? `${table}.${column}` : undefined);
      if (key !== undefined && said.length > 0) comments.set(key, said.join(' '));
      said = [];
    }
  }
  return comments;
}
