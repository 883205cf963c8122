// Where the jobs room says what happens. Fields never hold a payload.

/** The shape of pino's methods, so that a pino logger fits as it is. */
export interface JobLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLog: JobLog = { info: () => {}, warn: () => {}, error: () => {} };
