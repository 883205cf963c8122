// Schedules: what is imported or exported again and again, and every moment they came to.
import { FIRINGS_SHOWN, holdSchedule, SCHEDULES_SHOWN } from '../../../../engine/jobs/schedules/index.js';
import { apiError } from '../../api-errors.js';
import { checkScope } from '../../limits/scope-check.js';
import type { OwnMember, OwnPlace, OwnResource } from '../own-resource.js';
import type { ScheduleDescription } from '../own-services.js';

/** When. */
const TIMING = {
  cron: { kind: 'text' },
  timeZone: { kind: 'text' },
  between: { kind: 'texts', says: 'Only within: mon-fri 08:00-18:00' },
  overlap: { kind: 'text', values: ['skip', 'queue'] },
} as const satisfies Readonly<Record<string, OwnMember>>;

/** What; done with the rights of whoever said it last. */
const WORK = {
  place: {
    kind: 'text',
    says: 'A configured storage, storage:NAME/in/*.csv; of an import also an address. No folder: those are for whoever runs the machine.',
  },
  call: {
    kind: 'object',
    says: 'Of an import entity, mapping (a saved one), strategy, identity, empty, onDuplicate, create, onError, format, formatOptions, notify; of an export entity, where, fields, full, mapping, format, formatOptions, notify.',
  },
  done: { kind: 'text', says: 'Where a file goes when its run is over.' },
  failed: { kind: 'text', says: 'Where it goes else.' },
  sameContent: { kind: 'text', values: ['new', 'known'] },
  settleSeconds: { kind: 'number' },
} as const satisfies Readonly<Record<string, OwnMember>>;

export const SCHEDULES: OwnResource = {
  name: 'schedules',
  label: 'Schedules',
  description: 'Imports and exports that are done again and again: when, from where or to where, and how.',
  query: SCHEDULES_SHOWN,
  key: 'id',
  fields: {
    id: { type: 'int8' },
    name: { type: 'text', nullable: false },
    kind: { type: 'text', nullable: false, says: 'import or export' },
    entity: { type: 'text', says: 'Absent where a mapping names it.' },
    place: { type: 'text', nullable: false, says: 'From where or to where; of an address only the host.' },
    call: { type: 'jsonb', nullable: false, says: 'The options of the import or export.' },
    cron: { type: 'text', nullable: false, says: 'Minute, hour, day of the month, month, day of the week.' },
    timeZone: { type: 'text', nullable: false },
    windows: {
      type: 'jsonb',
      nullable: false,
      says: 'Days from 0 for Sunday, minutes from midnight; none: always.',
    },
    overlap: { type: 'text', nullable: false, says: 'skip or queue' },
    paused: { type: 'bool', nullable: false },
    createdBy: { type: 'jsonb', nullable: false },
    createdAt: { type: 'timestamptz', nullable: false },
    nextAt: { type: 'timestamptz', says: 'Absent while it is paused.' },
  },
  relations: { firings: { to: 'firings', by: 'scheduleId' }, runs: { to: 'runs', by: 'scheduleId' } },
  hold: holdSchedule,
  create: {
    attributes: {
      name: { kind: 'text', required: true },
      kind: { kind: 'text', values: ['import', 'export'], required: true },
      place: { ...WORK.place, required: true },
      call: { ...WORK.call, required: true },
      cron: { ...TIMING.cron, required: true },
      timeZone: { ...TIMING.timeZone, says: 'Default: UTC' },
      between: TIMING.between,
      overlap: TIMING.overlap,
      done: WORK.done,
      failed: WORK.failed,
      sameContent: WORK.sameContent,
      settleSeconds: WORK.settleSeconds,
    },
    mine: true,
    async run({ caller, services }, { attributes }) {
      const said = attributes as unknown as ScheduleDescription;
      return { id: (await services.schedules.addDescribed(said, caller)).id };
    },
  },
  update: {
    attributes: {
      paused: { kind: 'bool' },
      ...TIMING,
      ...WORK,
      done: { ...WORK.done, nullable: true },
      failed: { ...WORK.failed, nullable: true },
    },
    async run({ id, caller, services }, { attributes }) {
      const name = await readName(services, id);
      const { paused, ...change } = attributes;
      if (Object.keys(change).length > 0) await services.schedules.changeDescribed(name, change, caller);
      if (paused === true) await services.schedules.pause(name);
      if (paused === false) await services.schedules.resume(name);
      return id;
    },
  },
  delete: async ({ id, services }) => services.schedules.remove(await readName(services, id)),
};

export const FIRINGS: OwnResource = {
  name: 'firings',
  label: 'Firings',
  description:
    'Moments that schedules came to, and what came of each. A new one is a schedule that is fired now.',
  query: FIRINGS_SHOWN,
  key: 'id',
  order: ['-id'],
  fields: {
    id: { type: 'int8' },
    moment: { type: 'timestamptz', nullable: false },
    state: { type: 'text', nullable: false, says: 'queued, running, done, nothing, failed or skipped' },
    late: { type: 'bool', nullable: false, says: 'No worker was there at the moment.' },
    says: { type: 'text', says: 'What was done, in words.' },
    askedBy: { type: 'jsonb', says: 'Absent: the clock.' },
    startedAt: { type: 'timestamptz' },
    endedAt: { type: 'timestamptz' },
    scheduleId: { type: 'int8', nullable: false },
  },
  relations: { schedule: { to: 'schedules', field: 'scheduleId' }, runs: { to: 'runs', by: 'firingId' } },
  create: {
    attributes: {},
    relationships: { schedule: 'schedules' },
    belongs: 'schedule',
    async run({ caller, services }, { relationships }) {
      const { schedule } = relationships;
      if (schedule == null)
        throw apiError(602, {
          detail: 'A firing is of a schedule.',
          hint: 'Send the relationship schedule.',
          pointer: { member: '/data' },
        });
      const { name, kind } = await readSchedule(services, schedule);
      // It does now what it would do later: whoever begins that must be let do it.
      checkScope(caller, 'POST', kind);
      const askedBy = { kind: caller.kind === 'user' ? 'user' : 'client', id: caller.id } as const;
      return { id: (await services.schedules.run(name, askedBy)).id };
    },
  },
};

/** Services know schedules by name. */
const readName = async (services: OwnPlace['services'], id: string): Promise<string> =>
  (await readSchedule(services, id)).name;

/** Throws API-401 for one that is gone by now. */
async function readSchedule({ schedules }: OwnPlace['services'], id: string) {
  const found = (await schedules.list()).find((schedule) => schedule.id === id);
  if (found) return found;
  throw apiError(401, { detail: `None of the dovetail-schedules has the id '${id.slice(0, 60)}'.` });
}
