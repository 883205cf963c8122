// How relations are called. Pure rules; each gives the names to try, best first.

/** One foreign key, as far as names depend on it. */
export interface KeyToName {
  readonly columns: readonly string[];
  readonly targetColumns: readonly string[];
  /** The table referred to, without its schema. */
  readonly targetTable: string;
  readonly constraint: string;
}

// After a separator in any case; run together only with a capital: `brandId`, but not `valid`.
const ID_ENDING = /[_ -](?:id|fk|uuid|guid|key|ref)$/i;
const ID_ENDING_JOINED = /(?<=[\p{Ll}\p{N}])(?:Id|ID|Fk|FK|Uuid|UUID|Guid|GUID|Key|Ref)$/u;
const ID_START = /^(?:id|fk)[_ -]/i;

/**
 * `brand_id` is `brand`, `brandId` is `brand`, `language_code` that refers to `code` is `language`, `reports_to` stays as it is.
 * Undefined where the column says no more than the one it refers to (`code` → `code`, `id` → `id`).
 */
export function nameOfColumn(column: string, targetColumn: string): string | undefined {
  const start = column.replace(ID_ENDING, '').replace(ID_ENDING_JOINED, '').replace(ID_START, '');
  if (start !== '' && start !== column) return start;
  const ending = `_${targetColumn}`.toLowerCase();
  if (column.toLowerCase().endsWith(ending) && column.length > ending.length) {
    return column.slice(0, -ending.length);
  }
  return column === targetColumn || /^id$/i.test(column) ? undefined : column;
}

/**
 * What a foreign key's columns say of the relation's name, if anything. Of several columns, the one that no other foreign
 * key uses speaks for the key: (tenant_id, bill_to_id) beside (tenant_id) is `bill_to`.
 */
export function nameOfKey(key: KeyToName, others: readonly KeyToName[]): string | undefined {
  const own = key.columns.filter((column) => !others.some((other) => other.columns.includes(column)));
  const speaking = key.columns.length === 1 ? key.columns[0] : own.length === 1 ? own[0] : undefined;
  if (speaking === undefined) return undefined;
  return nameOfColumn(speaking, key.targetColumns[key.columns.indexOf(speaking)]!);
}

/** Names for a foreign key's own side: what its columns say, else the table referred to. */
export function namesOfToOne(key: KeyToName, said: string | undefined): readonly string[] {
  return [
    ...(said === undefined ? [] : [said]),
    key.targetTable,
    `${key.targetTable}_by_${key.columns.join('_')}`,
    `${key.targetTable}_by_${key.constraint}`,
  ];
}

/**
 * Names for the other end of a foreign key: the table it comes from; with the relation's name where several lead from
 * there, or it leads to the table itself. A `parent` has `children`.
 */
export function namesOfToMany(key: {
  readonly schema: string;
  readonly table: string;
  readonly toOne: string;
  readonly constraint: string;
  /** Number of foreign keys from that table to this one. */
  readonly siblings: number;
  readonly toItself: boolean;
}): readonly string[] {
  const plain = key.siblings === 1 && !key.toItself ? [key.table] : [];
  const children = key.toItself && key.toOne.toLowerCase() === 'parent' ? ['children'] : [];
  return [
    ...children,
    ...plain,
    `${key.table}_by_${key.toOne}`,
    `${key.schema}_${key.table}_by_${key.toOne}`,
    `${key.table}_by_${key.constraint}`,
  ];
}

/** Names for what lies beyond a join table: as the join table calls it, else said with the join table's name. */
export function namesOfThrough(far: string, joinTable: string, near: string): readonly string[] {
  return [far, `${far}_through_${joinTable}`, `${far}_through_${joinTable}_by_${near}`];
}

/** The first name that is free, which is taken then; with a number if none is. */
export function takeName(names: readonly string[], taken: Set<string>): string {
  let name = names.find((candidate) => !taken.has(candidate));
  for (let n = 2; name === undefined; n++) {
    const numbered = `${names.at(-1)}_${n}`;
    if (!taken.has(numbered)) name = numbered;
  }
  taken.add(name);
  return name;
}
