// Settings of a sink as somebody wrote them, held against what its manifest says; and what of them is secret, apart.
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import type { SinkManifest, SinkSetting, SinkSettings } from './sink.js';
import { SINKS } from './sinks/index.js';
import { subscriptionsError } from './subscriptions-errors.js';

/** Throws SUBSCRIPTIONS-104. */
export function readSink(name: string): SinkManifest {
  const found = SINKS.find((sink) => sink.name === name);
  if (found) return found;
  const names = SINKS.map((sink) => sink.name);
  const near = didYouMean(name, names);
  throw subscriptionsError(104, {
    detail: `There is no sink '${name.slice(0, 60)}'.`,
    hint: near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean '${near}'?`,
  });
}

/** With defaults. Values may be texts, as a command line has them. Throws SUBSCRIPTIONS-104, which shows no value. */
export function toSinkSettings(
  { name: sink, settings: known }: SinkManifest,
  given: Readonly<Record<string, unknown>>,
): SinkSettings {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(known, name)) continue;
    const near = didYouMean(name, Object.keys(known));
    throw wrong(
      name,
      `the sink ${sink} has no such setting`,
      near === undefined ? `It has: ${Object.keys(known).join(', ')}.` : `Did you mean '${near}'?`,
    );
  }
  const settings: Record<string, SinkSettings[string]> = {};
  for (const [name, setting] of Object.entries(known)) {
    const value = given[name] ?? setting.default;
    if (value === undefined && setting.required) throw wrong(name, 'missing', setting.says);
    if (value !== undefined) settings[name] = toValue(name, setting, value);
  }
  return settings;
}

function toValue(name: string, setting: SinkSetting, value: unknown): SinkSettings[string] {
  switch (setting.kind) {
    case 'text':
      return toText(name, setting, value);
    case 'texts':
      return (Array.isArray(value) ? value : [value]).map((one) => toText(name, setting, one));
    case 'flag':
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw wrong(name, 'expected true or false');
    case 'number': {
      const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
      const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = setting;
      if (typeof number === 'number' && number >= least && number <= most) return number;
      throw wrong(name, `expected a number${setting.least === undefined ? '' : ` from ${least} to ${most}`}`);
    }
  }
}

const LONGEST = 10_000;

function toText(name: string, { values }: SinkSetting, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw wrong(name, 'expected a text');
  if (value.length > LONGEST || value.includes('\0')) throw wrong(name, 'the text is too long, or holds NUL');
  if (values !== undefined && !values.includes(value)) throw wrong(name, `expected ${values.join(' or ')}`);
  return value;
}

/** What may be kept readable, and what may not. */
export function splitSecrets(
  { settings: known }: SinkManifest,
  settings: SinkSettings,
): { readonly open: SinkSettings; readonly secret: SinkSettings } {
  const pick = (secret: boolean) =>
    Object.fromEntries(
      Object.entries(settings).filter(([name]) => (known[name]?.secret === true) === secret),
    );
  return { open: pick(false), secret: pick(true) };
}

/** What the secrets of a subscription are sealed for. */
export const sealedPlace = (id: string): string => `dovetail.subscriptions ${id}`;

const wrong = (field: string, says: string, hint?: string) =>
  subscriptionsError(104, {
    detail: `${field.slice(0, 60)}: ${says}.`,
    pointer: { field },
    ...(hint === undefined ? {} : { hint }),
  });
