// The plan of telling: alerts find their routes, steps come due, and what is due becomes a job for each who is told. Each round is one
// transaction, jobs included, so that a kill leaves either all of it or nothing.
import type { Client, Database, Queryable } from '../../../foundation/postgres/database.js';
import { findLoudMoment, findRoutes, inMinutes, type RoutedAlert } from './matching-routes.js';
import { insertNotices, type NewNotice, readTold } from './notice-store.js';
import type { AlertRoute } from './route.js';
import {
  closeAlerts,
  type DueStep,
  endSteps,
  insertSteps,
  lockDueSteps,
  lockUnclosed,
  lockUnrouted,
  markRouted,
  type PlannedStep,
  postponeSteps,
  readOpenDigests,
} from './step-store.js';
import { expandTargets, type FindPeople, toTargetKey } from './target.js';

/** What one message tells, and to whom; the payload of its job. */
export interface TellWish {
  readonly route: string;
  readonly target: string;
  /** Numbers of notices. */
  readonly notices: readonly string[];
}

export interface PlanRooms {
  readonly database: Database;
  readonly now: () => Date;
  readonly readRoutes: (db: Queryable) => Promise<readonly AlertRoute[]>;
  readonly findPeople: FindPeople;
  /** Queues the job that tells, in the given transaction. */
  readonly queueTelling: (client: Queryable, wish: TellWish) => Promise<unknown>;
  /** Called for a route that has nobody to tell. */
  readonly onNobody: (client: Client, route: string) => Promise<void>;
}

const BATCH = 500;
/** Of more there are several messages. */
const MOST_IN_MESSAGE = 200;

/** Plans until nothing is left to plan now. Two that do so at once do not do the same. */
export async function planSteps(rooms: PlanRooms, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const full = await rooms.database.transaction(async (client) => {
      const routes = await rooms.readRoutes(client);
      const routed = await routeNew(client, routes, rooms.now());
      const closed = await closeResolved(client, routes, rooms.now());
      const told = await queueDue(client, routes, rooms);
      return Math.max(routed, closed, told) === BATCH;
    });
    if (!full) return;
  }
}

async function routeNew(client: Client, routes: readonly AlertRoute[], now: Date): Promise<number> {
  const alerts = await lockUnrouted(client, BATCH);
  if (alerts.length === 0) return 0;
  const digests = new Map(await readOpenDigests(client, now));
  const steps = alerts.flatMap((alert) =>
    findRoutes(routes, alert).flatMap((route) => toFirstSteps(alert, route, digests, now)),
  );
  await insertSteps(client, steps);
  await markRouted(
    client,
    alerts.map(({ id }) => id),
    now,
  );
  return alerts.length;
}

function toFirstSteps(
  alert: RoutedAlert & { readonly id: string },
  route: AlertRoute,
  digests: Map<string, Date>,
  now: Date,
): readonly PlannedStep[] {
  let dueAt = now;
  if (route.digestMinutes !== undefined) {
    dueAt = digests.get(route.name) ?? inMinutes(now, route.digestMinutes);
    digests.set(route.name, dueAt);
  }
  const about = { alert: alert.id, route: route.name };
  return [
    { ...about, step: 'raised', number: 1, dueAt },
    ...(route.escalate ?? []).map(({ afterMinutes }, i) => ({
      ...about,
      step: 'escalated' as const,
      number: i + 1,
      dueAt: inMinutes(now, afterMinutes),
    })),
  ];
}

async function closeResolved(client: Client, routes: readonly AlertRoute[], now: Date): Promise<number> {
  const ids = await lockUnclosed(client, BATCH);
  if (ids.length === 0) return 0;
  const told = await closeAlerts(client, ids, now);
  const telling = new Set(
    routes.filter(({ tellsResolved }) => tellsResolved === true).map(({ name }) => name),
  );
  await insertSteps(
    client,
    told
      .filter(({ route }) => telling.has(route))
      .map((one) => ({ ...one, step: 'resolved', number: 1, dueAt: now })),
  );
  return ids.length;
}

async function queueDue(client: Client, routes: readonly AlertRoute[], rooms: PlanRooms): Promise<number> {
  const now = rooms.now();
  const due = await lockDueSteps(client, now, BATCH);
  const byName = new Map(routes.map((route) => [route.name, route]));
  const later: PlannedStep[] = [];
  const telling: { readonly step: DueStep; readonly route: AlertRoute }[] = [];
  for (const step of due) {
    const route = byName.get(step.route);
    if (route === undefined || !isWanted(step)) continue;
    const loud = findLoudMoment(route.quiet, step.severity, now);
    if (loud > now) later.push({ ...step, dueAt: loud });
    else telling.push({ step, route });
  }
  await postponeSteps(client, later);
  const waiting = new Set(later.map(keyOf));
  await endSteps(
    client,
    due.filter((step) => !waiting.has(keyOf(step))),
    now,
  );
  const stored = await insertNotices(client, await listNotices(client, telling, rooms), now);
  await insertSteps(
    client,
    telling.flatMap(({ step, route }) => toNextStep(step, route, now)),
  );
  for (const wish of toWishes(stored)) await rooms.queueTelling(client, wish);
  return due.length;
}

const keyOf = ({ alert, route, step, number }: DueStep | PlannedStep): string =>
  `${alert} ${step} ${number} ${route}`;

/** Nobody need be told any more of what was seen to meanwhile. */
const isWanted = ({ step, state }: DueStep): boolean => (step === 'resolved' ? true : state === 'open');

function toNextStep(step: DueStep, route: AlertRoute, now: Date): readonly PlannedStep[] {
  if (route.repeatMinutes === undefined || (step.step !== 'raised' && step.step !== 'repeated')) return [];
  const number = step.step === 'raised' ? 1 : step.number + 1;
  const { alert } = step;
  return [{ alert, route: route.name, step: 'repeated', number, dueAt: inMinutes(now, route.repeatMinutes) }];
}

async function listNotices(
  client: Client,
  telling: readonly { readonly step: DueStep; readonly route: AlertRoute }[],
  { findPeople, onNobody }: PlanRooms,
): Promise<readonly NewNotice[]> {
  const known = new Map<string, readonly string[]>();
  const targetsOf = async (route: AlertRoute, { step, number }: DueStep): Promise<readonly string[]> => {
    const escalation = step === 'escalated' ? route.escalate?.[number - 1] : undefined;
    if (step === 'escalated' && escalation === undefined) return [];
    const key = `${escalation === undefined ? 0 : number} ${route.name}`;
    const found = known.get(key) ?? (await expandTargets(client, escalation?.to ?? route.to, findPeople));
    if (found.length === 0 && !known.has(key)) await onNobody(client, route.name);
    known.set(key, found);
    return found;
  };
  const over = telling.filter(({ step }) => step.step === 'resolved').map(({ step }) => step);
  const told = over.length === 0 ? [] : await readTold(client, over);
  const notices: NewNotice[] = [];
  for (const { step, route } of telling) {
    const targets =
      step.step === 'resolved'
        ? told.filter((one) => one.alert === step.alert && one.route === route.name).map((one) => one.target)
        : (await targetsOf(route, step)).map(toTargetKey);
    const { alert, number } = step;
    for (const target of targets) notices.push({ alert, route: route.name, step: step.step, number, target });
  }
  return notices;
}

function toWishes(
  stored: readonly { readonly id: string; readonly route: string; readonly target: string }[],
): readonly TellWish[] {
  const groups = new Map<string, TellWish & { readonly notices: string[] }>();
  for (const { id, route, target } of stored) {
    const key = `${route} ${target}`;
    const group = groups.get(key) ?? { route, target, notices: [] };
    group.notices.push(id);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ route, target, notices }) =>
    Array.from({ length: Math.ceil(notices.length / MOST_IN_MESSAGE) }, (_, i) => ({
      route,
      target,
      notices: notices.slice(i * MOST_IN_MESSAGE, (i + 1) * MOST_IN_MESSAGE),
    })),
  );
}
