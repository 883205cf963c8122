import { describe, expect, it } from 'vitest';
import type { Field, UniqueKey } from '../catalog.js';
import { guessIdentity, isMadeUp } from './identity-guess.js';

function field(name: string, more: Partial<Field> & { base?: string } = {}): Field {
  const { base = 'text', ...rest } = more;
  const type = {
    sql: base,
    base,
    kind: 'base',
    array: false,
    deterministic: true,
    comparable: true,
  } as const;
  return { name, label: name, header: name, type, nullable: false, readOnly: false, ...rest };
}

function key(fields: string, more: Partial<UniqueKey> = {}): UniqueKey {
  return { name: fields, fields: fields.split(','), primary: false, total: true, immediate: true, ...more };
}

const id = field('id', { base: 'int4', default: "nextval('product_id_seq'::regclass)" });

/** The identity guessed among keys over plain text fields, and `id`. */
function guess(
  keys: readonly UniqueKey[],
  referring: readonly string[] = [],
  fields: readonly Field[] = [],
): string {
  const names = [...new Set(keys.flatMap((one) => one.fields))];
  const all = names.map(
    (name) => fields.find((one) => one.name === name) ?? (name === 'id' ? id : field(name)),
  );
  return guessIdentity(all, keys, new Set(referring)).fields.join();
}

describe('the guess of the identity', () => {
  it('takes a natural unique key before a generated primary key', () => {
    expect(guess([key('id', { primary: true }), key('sku')])).toBe('sku');
    expect(guess([key('id', { primary: true }), key('anything')])).toBe('anything');
  });

  it('takes a generated key when there is no other', () => {
    expect(guess([key('id', { primary: true })])).toBe('id');
  });

  it('takes a primary key without default for a natural one', () => {
    const plain = field('country', { base: 'bpchar' });
    expect(guess([key('country', { primary: true })], [], [plain])).toBe('country');
  });

  it('never takes a key that lets records with NULL through', () => {
    expect(guess([key('id', { primary: true }), key('sku', { total: false })])).toBe('id');
    expect(guess([key('sku', { total: false })])).toBe('');
  });

  it('prefers names like code to names like name, those to others, and those to ids', () => {
    expect(guess([key('name'), key('code')])).toBe('code');
    expect(guess([key('position'), key('email')])).toBe('email');
    expect(guess([key('external_id'), key('position')])).toBe('position');
    expect(guess([key('number'), key('sku')])).toBe('sku');
    expect(guess([key('label'), key('ordernumber')])).toBe('ordernumber');
    expect(guess([key('nation'), key('order_no')])).toBe('order_no');
  });

  it('prefers fewer fields where the names are alike', () => {
    expect(guess([key('first_name,last_name'), key('email')])).toBe('email');
    expect(guess([key('region,branch'), key('street')])).toBe('street');
  });

  it('prefers the code to the fewer fields', () => {
    expect(guess([key('tenant,code'), key('position')])).toBe('tenant,code');
  });

  it('takes keys made of foreign keys, whatever they are called or default to', () => {
    expect(
      guess([key('id', { primary: true }), key('order_id,product_id')], ['order_id', 'product_id']),
    ).toBe('order_id,product_id');
    expect(guess([key('id', { primary: true })], ['id'])).toBe('id');
  });

  it('takes random ids for made up, ids given from outside not', () => {
    const uuid = field('uuid', { base: 'uuid', default: 'gen_random_uuid()' });
    expect(guess([key('uuid', { primary: true }), key('title')], [], [uuid])).toBe('title');
    expect(isMadeUp(uuid)).toBe(true);
    expect(isMadeUp(field('id', { base: 'uuid' }))).toBe(false);
    expect(isMadeUp(field('id', { generated: 'byDefault' }))).toBe(true);
    expect(isMadeUp(field('state', { default: "'new'::text" }))).toBe(false);
    expect(isMadeUp(field('id', { default: 'public.uuid_generate_v4()' }))).toBe(true);
  });

  it('prefers keys that are checked at once, then the primary key', () => {
    expect(guess([key('this', { immediate: false }), key('that')])).toBe('that');
    expect(guess([key('a'), key('b', { primary: true })])).toBe('b');
  });

  it('says why', () => {
    expect(guessIdentity([field('a')], [], new Set()).reason).toBe('it has no unique key');
    expect(guessIdentity([field('a')], [key('a', { total: false })], new Set()).reason).toMatch(/NULL/);
    expect(guessIdentity([id], [key('id', { primary: true })], new Set()).reason).toMatch(
      /made up by the database/,
    );
  });
});
