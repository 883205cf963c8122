// Which fields a table's row triggers may set, read from their functions: a blank in any other required field can be
// called an error before the row is sent.

export interface TriggerFunction {
  readonly language: string;
  readonly source: string;
}

/** The fields, or `any` as soon as one function can't be understood. Errs towards `any`. */
export function fieldsSetByTriggers(functions: readonly TriggerFunction[]): readonly string[] | 'any' {
  const fields = new Set<string>();
  for (const one of functions) {
    const set = fieldsSetBy(one);
    if (set === 'any') return 'any';
    for (const field of set) fields.add(field);
  }
  return [...fields].sort();
}

function fieldsSetBy({ language, source }: TriggerFunction): readonly string[] | 'any' {
  if (language !== 'plpgsql') return 'any';
  const code = source
    .replace(/--[^\n]*/g, ' ')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/'(?:[^']|'')*'/g, "''");
  // `new` as a whole assigned, selected into, or a row of other making returned: anything may have changed.
  if (/\bnew\s*:?=/i.test(code) || /(?<!\binsert\s+)\binto\s+[^;]*\bnew\b/i.test(code)) return 'any';
  if (/\breturn\s+(?!(?:new|null|old)\s*;)/i.test(code) || /\bexecute\b/i.test(code)) return 'any';
  const fields: string[] = [];
  // Also finds comparisons such as `if new.price = 0`: one field too many is harmless.
  for (const [, plain, quoted] of code.matchAll(/\bnew\s*\.\s*(?:([a-z_][\w$]*)|"((?:[^"]|"")+)")\s*:?=/gi)) {
    fields.push(quoted === undefined ? plain!.toLowerCase() : quoted.replaceAll('""', '"'));
  }
  return fields;
}
