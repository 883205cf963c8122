// What a record of a document says of others: by their ids, or by local ids of records that may be written after it.
import type { Relationship, ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import type { KeyFields } from './leg-rows.js';
import { Misfit, readKey, unknownMember } from './record-misfit.js';
import type { ScannedMember } from './scan-resource.js';

const MOST_LINKS = 20_000;
const LONG_LINK = 300;

/** What a record says of another one. */
export interface Linked {
  readonly relationship: Relationship;
  readonly key: KeyFields;
  /** True if the other one may be written after it. */
  readonly late: boolean;
  /** True if it says which one it is, or will. */
  readonly sets: boolean;
  readonly values?: readonly (string | null)[];
  readonly lid?: string;
}

export class LinkReader {
  readonly #shapes: ResourceShapes;
  /** Places of entities in the order in which they are written. */
  readonly #order: ReadonlyMap<string, number>;
  /** By type, and by what stands there. */
  readonly #known = new Map<ResourceShape, Map<string, Linked>>();

  constructor(shapes: ResourceShapes, order: ReadonlyMap<string, number>) {
    this.#shapes = shapes;
    this.#order = order;
  }

  /** Many records say the same of others, so that it need not be read anew. */
  read(shape: ResourceShape, member: ScannedMember, bytes: Buffer): Linked {
    const links = this.#known.get(shape) ?? new Map<string, Linked>();
    this.#known.set(shape, links);
    const { name, from, to } = member;
    if (to - from > LONG_LINK) return this.#toLinked(shape, member, bytes);
    const text = `${name} ${bytes.toString('latin1', from, to)}`;
    const known = links.get(text);
    if (known) return known;
    const linked = this.#toLinked(shape, member, bytes);
    if (links.size >= MOST_LINKS) links.clear();
    links.set(text, linked);
    return linked;
  }

  /** The key of a related record, as a record of `shape` says it. */
  keyOf(shape: ResourceShape, relationship: Relationship): KeyFields {
    const { name, relation, type } = relationship;
    const fields = findKeyFields(this.#shapes.byType.get(type)!.entity) ?? [];
    const local = this.#isBefore(relationship, shape) ? { local: type } : {};
    return { name, paths: fields.map((field) => [relation.name, field.name]), ...local };
  }

  /** Whether all records of the other type are written before any of this one. */
  #isBefore({ relation }: Relationship, { entity }: ResourceShape): boolean {
    return this.#order.get(relation.entity)! < this.#order.get(entity.name)!;
  }

  #toLinked(shape: ResourceShape, { name, from, to }: ScannedMember, bytes: Buffer): Linked {
    const member = `/relationships/${name}`;
    const relationship = shape.relationships.find((one) => one.name === name);
    if (!relationship) throw unknownMember(shape, name, member);
    const { relation, type } = relationship;
    if (relation.kind === 'many')
      throw new Misfit('API-104', `${shape.type}.${name} is written from the other side.`, member);
    const said = JSON.parse(bytes.toString('utf8', from, to)) as { data?: unknown } | null;
    if (typeof said !== 'object' || said?.data === undefined)
      throw new Misfit('API-301', 'A relationship must be an object with the member data.', member);
    const other = this.#shapes.byType.get(type)!;
    const key = this.keyOf(shape, relationship);
    if (said.data === null)
      return { relationship, key, values: key.paths.map(() => null), late: false, sets: false };
    const identifier = said.data as { type?: unknown; id?: unknown; lid?: unknown };
    if (identifier.type !== type)
      throw new Misfit('API-302', `${shape.type}.${name} leads to ${type}.`, `${member}/data/type`);
    if (typeof identifier.lid === 'string' && identifier.id === undefined)
      return {
        relationship,
        key: { ...key, local: type },
        lid: identifier.lid,
        late: !this.#isBefore(relationship, shape),
        sets: true,
      };
    if (typeof identifier.id !== 'string')
      throw new Misfit(
        'API-301',
        'A resource identifier must have an id or a lid, a string.',
        `${member}/data`,
      );
    const values = readKey(other, identifier.id, `${member}/data`).map(({ value }) => value);
    return { relationship, key, values, late: false, sets: true };
  }
}
