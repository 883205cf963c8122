// Schedules: what is done again and again, and when.
export * from './firing-store.js';
export { type LateSchedule, readLateSchedules } from './late-schedules.js';
export * from './schedule.js';
export { checkTiming, findNextMoment } from './schedule-moment.js';
export {
  addSchedule,
  changeSchedule,
  holdSchedule,
  pauseSchedule,
  readSchedule,
  readSchedules,
  removeSchedule,
  resumeSchedule,
  type ScheduleChange,
} from './schedule-store.js';
export { fromWindow, isOpen, toWindow } from './schedule-window.js';
export { schedulesError } from './schedules-errors.js';
export { FIRINGS_SHOWN, SCHEDULES_SHOWN } from './shown-schedules.js';
export { tickSchedules } from './tick-schedules.js';
