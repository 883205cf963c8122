// The records of a document, sorted into legs: of one entity each, and found in one way. What a record says of others that are
// written after it is put into a leg of its own, at the end.
import type { Catalog } from '../../../engine/catalog/index.js';
import type { Relationship, ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import type { Strategy } from '../../../engine/records/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import { apiError } from '../api-errors.js';
import type { DocumentLeg, LocalRecord, RowWriter } from './batch-rooms.js';
import { LegRows } from './leg-rows.js';
import { type Linked, LinkReader } from './read-link.js';
import { Misfit, readKey, unknownMember, unknownType } from './record-misfit.js';
import { chooseWay, NOT_WRITTEN, planWay, WAYS, type Way, type WayPlan } from './record-way.js';
import type { FoundResource } from './scan-document.js';
import { malformed } from './scan-resource.js';

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
}

/** The letter that null begins with, as no other value does. */
const NULL = 110;

export class RecordSorter {
  readonly locals: LocalRecord[] = [];
  readonly #rooms: SortRooms;
  readonly #order: ReadonlyMap<string, number>;
  readonly #legs = new Map<string, Leg>();
  readonly #refusals = new Map<string, Leg>();
  readonly #known = new Map<ResourceShape, Known>();
  readonly #links: LinkReader;
  readonly #lids = new Set<string>();
  #line = 0;

  constructor(rooms: SortRooms) {
    this.#rooms = rooms;
    this.#order = new Map([...rooms.catalog.entities.keys()].map((name, i) => [name, i]));
    this.#links = new LinkReader(rooms.shapes, this.#order);
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
      if (!shape) throw unknownType(type, this.#rooms.shapes);
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
    const links = resource.relationships.map((one) => this.#links.read(shape, one, bytes));
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
    };
    this.#known.set(shape, known);
    return known;
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
        rows.reserve(this.#links.keyOf(shape, relationship));
    }
  }
}

const fieldsOf = ({ relation }: Relationship): readonly string[] =>
  relation.kind === 'one' ? relation.fields : [];

function unknownAttribute(shape: ResourceShape, name: string): never {
  throw unknownMember(shape, name, `/attributes/${name}`);
}
