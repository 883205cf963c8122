// Schedules whose moment has passed, and those that failed last.
import { bad, type Diagnosis, type DoctorCheck, listFew, look, ok } from '../diagnosis.js';

const OVERDUE_MS = 120_000;

export const checkSchedules: DoctorCheck = {
  name: 'schedules',
  needs: 'schema',
  async look({ app, now }) {
    const schedules = (await app.schedules?.list()) ?? [];
    const nameOf = ({ name }: { readonly name: string }): string => name;
    const overdue = schedules.filter(
      ({ nextAt }) => nextAt !== undefined && now.getTime() - nextAt.getTime() > OVERDUE_MS,
    );
    const failed = schedules.filter(({ last }) => last?.state === 'failed');
    const found: Diagnosis[] = [];
    if (overdue.length > 0)
      found.push(...bad(`Overdue: ${listFew(overdue.map(nameOf))}`, 'Is a worker alive? dovetail work'));
    if (failed.length > 0)
      found.push(
        ...look(`Failed last: ${listFew(failed.map(nameOf))}`, `dovetail schedules show ${failed[0]!.name}`),
      );
    return found.length > 0 ? found : ok(`${schedules.length}, none overdue`);
  },
};
