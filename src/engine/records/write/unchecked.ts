// What reading alone can't tell: said in the report of every dry run, so that nobody takes silence for a yes.
import { judgeableChecks } from './judge-rules.js';
import type { WritePlan } from './plan-parts.js';

/** What not even a probe does, because it can't be taken back. */
export function uncheckedByProbe(plan: WritePlan): readonly string[] {
  return plan.ruling?.afterWrite ? [`the hook afterWrite of ${plan.entity.name}`] : [];
}

/** In plain words; empty if the dry run checked everything the database will. */
export function uncheckedByReading(plan: WritePlan): readonly string[] {
  const judged = judgeableChecks(plan, {
    says: new Uint8Array(plan.columns.length),
    constraints: true,
    readOnly: true,
  });
  const checks = plan.entity.checks.filter((check) => !judged.includes(check)).map((check) => check.name);
  const own = plan.entity.uniqueKeys.filter(
    (key) => !key.fields.every((field) => plan.identity.some(({ name }) => name === field)),
  );
  return [
    ...(plan.entity.hasTriggers ? [`triggers of ${plan.entity.name}`] : []),
    ...uncheckedByProbe(plan),
    ...(checks.length > 0 ? [`check constraints ${checks.join(', ')}`] : []),
    ...(own.length > 0
      ? [
          `rows of the source that equal each other in ${own.map((key) => key.fields.join(' + ')).join(' or ')}`,
        ]
      : []),
    ...(plan.references.some((reference) => reference.create)
      ? ['records that would be created on the way']
      : []),
    ...(plan.strategy === 'delete' || plan.strategy === 'mirror'
      ? [`whether other records refer to those that would be removed`]
      : []),
    'exclusion constraints and unique indexes over expressions',
  ];
}
