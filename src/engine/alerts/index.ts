// The public names of alerts, one by one.
export {
  ALERT_STATES,
  type Alert,
  type AlertActor,
  type AlertKey,
  type AlertOwner,
  type AlertState,
  type AlertWish,
  SEVERITIES,
  type Severity,
} from './alert.js';
export type { AlertFilter } from './alert-filter.js';
export { type AlertGroup, readAlertNumbers } from './alert-store.js';
export {
  ALERTS_QUEUE,
  type AlertCalls,
  type AlertServices,
  type Alerts,
  type AlertsRooms,
  createAlerts,
  PLAN_TASK,
  PRUNE_ALERTS_TASK,
  WATCH_TASK,
} from './alerts.js';
export { alertsError } from './alerts-errors.js';
export {
  type FailedDelivery,
  toBreakerAlert,
  toBreakerKey,
  toDeliveryAlert,
  toDeliveryKey,
  toSlotAlert,
  toStreamKey,
  toStreamLagAlert,
} from './known-alerts.js';
export { checkRoute } from './routes/check-route.js';
export {
  markFailed,
  markSent,
  type OpenNotice,
  readOpenNotices,
  type ShownNotice,
} from './routes/notice-store.js';
export type { TellWish } from './routes/plan-steps.js';
export type { AlertRoute, Escalation, QuietHours, StepName } from './routes/route.js';
export type { RouteChanges, RouteServices } from './routes/route-services.js';
export { type FindPeople, toTargetKey } from './routes/target.js';
export { ALERT_NOTICES_SHOWN, ALERT_ROUTES_SHOWN, ALERTS_SHOWN } from './shown-alerts.js';
export { createCredentialWatcher } from './watch/watch-credentials.js';
export { createDiskWatcher } from './watch/watch-disk.js';
export { createJobWatcher } from './watch/watch-jobs.js';
export { createScheduleWatcher } from './watch/watch-schedules.js';
export type { Watcher } from './watch/watcher.js';
