// Media types of the headers Accept and Content-Type (RFC 9110, 8.3.1 and 12.5.1).

export interface MediaType {
  /** In lower case. */
  readonly type: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const PARAMETER = /;\s*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([\w!#$%&'*+.^`|~-]+)))?\s*/y;

/** One media type; undefined if it isn't one. */
export function readMediaType(text: string): MediaType | undefined {
  const head = /^\s*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)\s*/.exec(text);
  if (!head) return undefined;
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = head[0].length;
  while (PARAMETER.lastIndex < text.length) {
    const found = PARAMETER.exec(text);
    if (!found) return undefined;
    const [, name, quoted, token] = found;
    if (name !== undefined)
      parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
  }
  return { type: head[1]!.toLowerCase(), parameters };
}

/** Those of a list that can be read. */
export function readMediaTypes(text: string): readonly MediaType[] {
  const parts = text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return parts.flatMap((part) => readMediaType(part) ?? []);
}
