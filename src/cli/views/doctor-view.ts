// What the doctor found: a line for each look, and what to do where there is something to do.
import type { DiagnosisState } from '../doctor/diagnosis.js';
import type { DoctorReport } from '../doctor/doctor.js';
import type { Style } from '../terminal/terminal-style.js';
import { toPrintable } from '../terminal/text-width.js';

const ENDS: Readonly<Record<DiagnosisState, string>> = {
  ok: 'All is as it should be.',
  look: 'It works; somebody should look at what is marked.',
  bad: 'Something needs mending.',
};

export function toDoctorLines({ state, checks }: DoctorReport, style: Style): string[] {
  const signs: Readonly<Record<DiagnosisState, string>> = {
    ok: style.green('✓'),
    look: style.yellow('!'),
    bad: style.red('✗'),
  };
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.flatMap(({ check, state: one, says, advice }) => [
    `${signs[one]} ${style.dim(check.padEnd(width))}  ${toPrintable(says)}`,
    ...(advice === undefined ? [] : [`${' '.repeat(width + 4)}${style.bold(toPrintable(advice))}`]),
  ]);
  return [...lines, '', ENDS[state]];
}
