// The records of a document, sorted into legs: of one entity each, and found in one way. What a record says of others that are
// written after it is put into a leg of its own, at the end.
import type { Catalog } from '../../../engine/catalog/index.js';
import type { Relationship, ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import type { Strategy } from '../../../engine/records/index.js';
import { findKeyFields, fromKeyText } from '../../../engine/records/read/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { apiError } from '../api-errors.js';
import type { DocumentLeg, LocalRecord, RowWriter } from './batch-rooms.js';
import { type KeyFields, LegRows } from './leg-rows.js';
import { chooseWay, NOT_WRITTEN, planWay, WAYS, type Way, type WayPlan } from './record-way.js';
import type { FoundResource } from './scan-document.js';
import { malformed, type ScannedMember } from './scan-resource.js';

/** Their names have to be known as long as the body is read. */
const MOST_LOCALS = 200_000;

export interface SortRooms {
  readonly catalog: Catalog;
  readonly shapes: ResourceShapes;
  /** The type of the address. */
  readonly shape: ResourceShape;
  /** What is done with the records of `data`; those included are added or updated. */
  readonly strategy: Strategy | undefined;
  openRowWriter(): Promise<RowWriter>;
}

interface Leg {
  readonly rows: LegRows;
  readonly shape: ResourceShape;
  readonly way: Way;
  /** Why its records can't be written. */
  readonly refusal?: string;
}

/** What was looked up of a type. */
interface Known {
  readonly shape: ResourceShape;
  /** Names of fields by that of their attributes. */
  readonly attributes: ReadonlyMap<string, string>;
  /** By what stands there. */
  readonly links: Map<string, Linked>;
}

/** The letter that null begins with, as no other value does. */
const NULL = 110;
const MOST_LINKS = 20_000;
const LONG_LINK = 300;

/** What a record says of another one. */
interface Linked {
  readonly relationship: Relationship;
  readonly key: KeyFields;
  /** True if the other one may be written after it. */
  readonly late: boolean;
  /** True if it says which one it is, or will. */
  readonly sets: boolean;
  readonly values?: readonly (string | null)[];
  readonly lid?: string;
}

/** What costs a record, and no other one. `member`: pointer within the record. */
class Misfit extends Error {
  readonly code: string;
  readonly member: string;

  constructor(code: string, message: string, member: string) {
    super(message);
    this.code = code;
    this.member = member;
  }
}

export class RecordSorter {
  readonly locals: LocalRecord[] = [];
  readonly #rooms: SortRooms;
  readonly #order: ReadonlyMap<string, number>;
  readonly #legs = new Map<string, Leg>();
  readonly #refusals = new Map<string, Leg>();
  readonly #known = new Map<ResourceShape, Known>();
  readonly #lids = new Set<string>();
  #line = 0;

  constructor(rooms: SortRooms) {
    this.#rooms = rooms;
    this.#order = new Map([...rooms.catalog.entities.keys()].map((name, i) => [name, i]));
  }

  /** Throws API-301 for a local id that stands twice, 505 for more of them than there may be. */
  put(found: FoundResource): void {
    const { member, index, resource } = found;
    const place = `/${member}/${index}`;
    const line = ++this.#line;
    const { type, lid } = resource;
    if (lid !== undefined) this.#claim(type, lid, `${place}/lid`);
    const shape = this.#rooms.shapes.byType.get(type);
    const wanted = member === 'data' ? this.#rooms.strategy : undefined;
    try {
      if (member === 'data' && type !== this.#rooms.shape.type)
        throw new Misfit('API-303', `The type '${type}' is not that of the address.`, '/type');
      if (!shape) throw noType(type, this.#rooms.shapes);
      this.#putRecord(found, shape, line, wanted);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      const { rows } = this.#refused();
      rows.begin(line);
      rows.fail(error.code, error.message, error.member);
      rows.keep(found.bytes, resource.from, resource.to);
      rows.end();
    }
  }

  /** Gives rows to the disk; waits while that is behind. */
  async flush(): Promise<void> {
    for (const { rows } of this.#legs.values()) await rows.flush();
  }

  /** In the order in which they are to be written: what is referred to first, what is set afterwards last. */
  async finish(): Promise<readonly DocumentLeg[]> {
    const place = ({ shape, way }: Leg): number =>
      (way === 'late' ? 1e9 : 0) + this.#order.get(shape.entity.name)! * WAYS.length + WAYS.indexOf(way);
    const legs = [...this.#legs.values()]
      .filter(({ rows }) => rows.rows > 0)
      .sort((a, b) => place(a) - place(b));
    const done: DocumentLeg[] = [];
    for (const { rows } of legs) done.push(await rows.finish());
    return done;
  }

  async drop(): Promise<void> {
    for (const { rows } of this.#legs.values()) await rows.drop();
  }

  #claim(type: string, lid: string, member: string): void {
    const name = `${type}\0${lid}`;
    if (this.#lids.has(name)) throw malformed(member, `The local id '${lid.slice(0, 60)}' stands twice.`);
    if (this.#lids.size >= MOST_LOCALS) {
      throw apiError(505, {
        detail: `A batch has at most ${MOST_LOCALS} local ids.`,
        hint: 'Give one only to records that others refer to, or send several batches.',
      });
    }
    this.#lids.add(name);
  }

  #putRecord(found: FoundResource, shape: ResourceShape, line: number, wanted: Strategy | undefined): void {
    const { bytes, resource } = found;
    const { id, lid } = resource;
    const known = this.#knownOf(shape);
    const fields = resource.attributes.map(
      ({ name }) => known.attributes.get(name) ?? unknownAttribute(shape, name),
    );
    const links = resource.relationships.map((one) => this.#readLink(known, one, bytes));
    const late = links.filter((one) => one.late);
    const has = (name: string): boolean => {
      const at = fields.indexOf(name);
      if (at >= 0) return bytes[resource.attributes[at]!.from] !== NULL;
      return links.some((one) => !one.late && one.sets && fieldsOf(one.relationship).includes(name));
    };
    const { rows, refusal } = this.#legOf(shape, chooseWay(shape, id, has), wanted);
    if (refusal !== undefined) throw new Misfit('API-302', `The record can't be written: ${refusal}.`, '');
    const key = id === undefined ? undefined : readKey(shape, id);
    rows.begin(line);
    if (key)
      rows.putKey(
        { name: 'id', paths: key.map(({ name }) => [name]) },
        key.map(({ value }) => value),
      );
    for (let i = 0; i < fields.length; i++) {
      const { name, from, to } = resource.attributes[i]!;
      const own = key?.find((part) => part.name === fields[i]);
      if (own === undefined) rows.put(name, fields[i]!, bytes, from, to);
      else if (String(JSON.parse(bytes.toString('utf8', from, to))) !== own.value)
        rows.fail('API-104', "The key of a record can't be changed.", `/attributes/${name}`);
    }
    for (const { key: other, values, lid: local, late: isLate } of links) {
      if (isLate) continue;
      if (local === undefined) rows.putKey(other, values!);
      else rows.putLocal(other, local);
    }
    rows.end();
    if (lid !== undefined || late.length > 0) this.locals.push({ line, type: shape.type, lid });
    if (late.length > 0) this.#putLate(shape, line, late);
  }

  #knownOf(shape: ResourceShape): Known {
    const known = this.#known.get(shape) ?? {
      shape,
      attributes: new Map(shape.attributes.map(({ name, field }) => [name, field.name])),
      links: new Map(),
    };
    this.#known.set(shape, known);
    return known;
  }

  /** Many records say the same of others, so that it need not be read anew. */
  #readLink({ shape, links }: Known, member: ScannedMember, bytes: Buffer): Linked {
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

  #putLate(shape: ResourceShape, line: number, late: readonly Linked[]): void {
    const { rows } = this.#legOf(shape, 'late', undefined);
    rows.begin(line);
    for (const { key, lid } of late) rows.putLocal(key, lid!);
    rows.end();
  }

  #legOf(shape: ResourceShape, way: Exclude<Way, 'refused'>, wanted: Strategy | undefined): Leg {
    const name = `${way} ${wanted ?? ''} ${shape.type}`;
    const known = this.#legs.get(name) ?? this.#refusals.get(name);
    if (known) return known;
    const plan = planWay(shape, way, wanted);
    const refusal = typeof plan === 'string' ? { refusal: plan } : {};
    const leg: Leg = {
      rows: this.#openRows(shape, typeof plan === 'string' ? NOT_WRITTEN : plan),
      shape,
      way,
      ...refusal,
    };
    (typeof plan === 'string' ? this.#refusals : this.#legs).set(name, leg);
    if (typeof plan === 'string') return leg;
    const key = (findKeyFields(shape.entity) ?? []).map((field) => [field.name]);
    if (plan.kind === 'late' || plan.keyDrawn) leg.rows.reserve({ name: 'id', paths: key, own: true });
    if (plan.strategy === 'add') this.#reserveRequired(leg);
    return leg;
  }

  /** The records that can't be written. */
  #refused(): Leg {
    const { shape } = this.#rooms;
    const leg = this.#legs.get('') ?? { rows: this.#openRows(shape, NOT_WRITTEN), shape, way: 'refused' };
    this.#legs.set('', leg);
    return leg;
  }

  #openRows({ entity }: ResourceShape, plan: WayPlan): LegRows {
    return new LegRows({ entity: entity.name, ...plan }, () => this.#rooms.openRowWriter());
  }

  /** What new records need has a place though none may say it: then these fail, and not the batch. */
  #reserveRequired({ rows, shape }: Leg): void {
    const isNeeded = (name: string): boolean => {
      const field = shape.entity.fields.find((one) => one.name === name);
      return (
        field !== undefined &&
        !field.nullable &&
        !field.readOnly &&
        field.default === undefined &&
        field.generated === undefined
      );
    };
    for (const { name, field } of shape.attributes)
      if (isNeeded(field.name)) rows.reserve({ name, paths: [[field.name]] });
    for (const relationship of shape.relationships) {
      const { relation } = relationship;
      if (relation.kind === 'one' && relation.fields.every(isNeeded))
        rows.reserve(this.#keyOf(shape, relationship));
    }
  }

  /** The key of a related record, as a record of `shape` says it. */
  #keyOf(shape: ResourceShape, relationship: Relationship): KeyFields {
    const { name, relation, type } = relationship;
    const fields = findKeyFields(this.#rooms.shapes.byType.get(type)!.entity) ?? [];
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
    if (!relationship) throw unknown(shape, name, member);
    const { relation, type } = relationship;
    if (relation.kind === 'many')
      throw new Misfit('API-104', `${shape.type}.${name} is written from the other side.`, member);
    const said = JSON.parse(bytes.toString('utf8', from, to)) as { data?: unknown } | null;
    if (typeof said !== 'object' || said?.data === undefined)
      throw new Misfit('API-301', 'A relationship must be an object with the member data.', member);
    const other = this.#rooms.shapes.byType.get(type)!;
    const key = this.#keyOf(shape, relationship);
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

const fieldsOf = ({ relation }: Relationship): readonly string[] =>
  relation.kind === 'one' ? relation.fields : [];

function unknownAttribute(shape: ResourceShape, name: string): never {
  throw unknown(shape, name, `/attributes/${name}`);
}

function readKey(shape: ResourceShape, id: string, member = '/id') {
  const fields = findKeyFields(shape.entity) ?? [];
  const values = fromKeyText(id, fields.length);
  if (values && fields.length > 0) return fields.map(({ name }, i) => ({ name, value: values[i]! }));
  throw new Misfit('API-401', `None of the ${shape.type} has the id '${id.slice(0, 60)}'.`, member);
}

function unknown(shape: ResourceShape, name: string, member: string): Misfit {
  const names = [...shape.attributes, ...shape.relationships].map((one) => one.name);
  const meant = didYouMean(name, names);
  const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`;
  return new Misfit('API-302', `${shape.type} have no '${name.slice(0, 60)}'.${hint}`, member);
}

function noType(type: string, shapes: ResourceShapes): Misfit {
  const meant = didYouMean(type, shapes.byType.keys());
  const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`;
  return new Misfit('API-105', `There is no resource type '${type.slice(0, 60)}'.${hint}`, '/type');
}
