// What hooks are told beside their batch, and may call: alerts, which go their way by themselves, so that no hook waits for one.
import type { EntityOverrides } from './entity-override.js';
import type { EntityHooks, HookAlert, HookContext, HookSettled } from './entity-rules.js';

/** Who takes the alerts of hooks. Neither throws nor waits. */
export interface HookAlerts {
  alert(from: HookPlace, alert: HookAlert): void;
  settle(from: HookPlace, settled: HookSettled): void;
}

export interface HookPlace {
  readonly entity: string;
  /** Name of the hook. */
  readonly hook: string;
}

/** For whoever calls a hook. Where alerts go is added by the catalog; nothing of a rehearsal is told to anybody. */
export const toHookContext = (rehearsal: boolean): HookContext => ({
  rehearsal,
  alert: () => {},
  settle: () => {},
});

export const HOOK_NAMES = [
  'beforeMapping',
  'afterMapping',
  'beforeWrite',
  'afterWrite',
  'onError',
  'beforeExport',
  'afterExport',
] as const satisfies readonly (keyof EntityHooks)[];

/** The overrides with hooks whose alerts arrive. */
export function withHookAlerts(overrides: EntityOverrides, alerts: HookAlerts): EntityOverrides {
  return Object.fromEntries(
    Object.entries(overrides).map(([entity, override]) => {
      const hooks = HOOK_NAMES.flatMap((hook) => {
        const call = override[hook] as Hook | undefined;
        return call === undefined ? [] : [[hook, bind(call, { entity, hook }, alerts)]];
      });
      return [entity, { ...override, ...(Object.fromEntries(hooks) as EntityHooks) }];
    }),
  );
}

type Hook = (batch: never, context: HookContext) => void | Promise<void>;

const bind =
  (call: Hook, place: HookPlace, alerts: HookAlerts): Hook =>
  (batch, context) =>
    call(
      batch,
      context.rehearsal
        ? context
        : {
            ...context,
            alert: (alert) => alerts.alert(place, alert),
            settle: (settled = {}) => alerts.settle(place, settled),
          },
    );
