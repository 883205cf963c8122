// Names that a client gives to records which it creates further up in the same document (`lid`).
import { apiError } from '../api-errors.js';
import { malformed } from '../document/document-misfits.js';
import { findMember, isObject, type Json, type JsonObject } from '../document/read-json.js';

export class LocalIds {
  readonly #ids = new Map<string, string>();

  /** Throws API-301 for one that another record has. */
  note(type: string, lid: string, id: string): void {
    const name = toName(type, lid);
    if (this.#ids.has(name)) throw malformed('/data/lid', `The lid '${lid}' is that of an earlier record.`);
    this.#ids.set(name, id);
  }

  /** Throws API-313. `member`: where it stands. */
  read(type: string, lid: string, member: string): string {
    const id = this.#ids.get(toName(type, lid));
    if (id !== undefined) return id;
    throw apiError(313, {
      detail: `No operation before this one adds a record of ${type} with the lid '${lid.slice(0, 60)}'.`,
      pointer: { member },
    });
  }

  /** Linkage, or the identifier of a resource object, with ids in place of local ones. Throws API-313. */
  resolve(value: Json, member: string): Json {
    if (Array.isArray(value)) return value.map((one: Json, i) => this.resolve(one, `${member}/${i}`));
    if (!isObject(value)) return value;
    const [type, id, lid] = ['type', 'id', 'lid'].map((name) => findMember(value, name));
    if (id !== undefined || typeof lid !== 'string' || typeof type !== 'string') return value;
    return { ...value, id: this.read(type, lid, `${member}/lid`) };
  }

  /** A resource object with ids in what it relates to. */
  resolveRelated(resource: JsonObject, member: string): JsonObject {
    const relationships = findMember(resource, 'relationships');
    if (!isObject(relationships)) return resource;
    const resolved = Object.entries(relationships).map(([name, one]): [string, Json] => {
      const data = isObject(one) ? findMember(one, 'data') : undefined;
      if (data === undefined) return [name, one];
      const at = `${member}/relationships/${name.replaceAll('~', '~0').replaceAll('/', '~1')}/data`;
      return [name, { ...(one as JsonObject), data: this.resolve(data, at) }];
    });
    return { ...resource, relationships: Object.fromEntries(resolved) };
  }
}

const toName = (type: string, lid: string): string => JSON.stringify([type, lid]);
