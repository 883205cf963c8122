// The members of an interface with what their comments say, read from the source: the one place where both stand.

export interface Member {
  readonly name: string;
  readonly optional: boolean;
  readonly type: string;
  readonly says: string;
}

/** The properties and methods of an exported interface, in order. Throws if the source has no such interface. */
export function readMembers(source: string, name: string): readonly Member[] {
  const body = new RegExp(`^export interface ${name}\\b[^\\n]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1];
  if (body === undefined) throw new Error(`there is no interface ${name}`);
  const pattern =
    /(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)? {2}(?:readonly )?(\w+)(\??)(\([^\n]*\))?:\s([\s\S]*?);\n(?= {2}\S|$)/g;
  return [...body.matchAll(pattern)].map((match) => {
    const [, comment = '', key, optional, parameters = '', type] = match;
    return {
      name: `${key}${parameters}`,
      optional: optional === '?',
      type: toOneLine(type!),
      says: comment
        .split('\n')
        .map((line) => line.replace(/^\s*\*?\s*/, '').trim())
        .join(' ')
        .trim(),
    };
  });
}

/** The comment that stands before an exported declaration; blank if there is none. */
export function readDeclarationComment(source: string, name: string): string {
  const found = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:interface|type|function) ${name}\\b`,
  ).exec(source);
  return (found?.[1] ?? '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s*/, '').trim())
    .join(' ')
    .trim();
}

function toOneLine(type: string): string {
  return type
    .replaceAll(/\s+/g, ' ')
    .replaceAll('readonly ', '')
    .replace(/^ ?\| /, '')
    .replaceAll('( ', '(')
    .replaceAll(', )', ')')
    .trim();
}
