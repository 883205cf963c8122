// What `init` and `uninstall` show before they do anything.
import type { InstallStep } from '../../foundation/postgres/install.js';
import type { Finding } from '../../foundation/postgres/requirements.js';
import type { Style } from '../terminal/terminal-style.js';

export function toFindingLines(findings: readonly Finding[], style: Style): string[] {
  const signs: Readonly<Record<Finding['level'], string>> = {
    ok: style.green('✓'),
    note: style.cyan('i'),
    warning: style.yellow('!'),
    missing: style.red('✗'),
  };
  return findings.flatMap((finding) => [
    `  ${signs[finding.level]} ${finding.says}`,
    ...(finding.statement === undefined
      ? []
      : finding.statement.split('\n').map((line) => `      ${style.bold(line)}`)),
  ]);
}

export function toStepLines(steps: readonly InstallStep[], style: Style): string[] {
  return steps.flatMap((step) => [
    '',
    `  ${style.cyan(`-- ${step.says}`)}`,
    ...step.statements.flatMap((statement) =>
      `${statement.trim().replace(/;$/, '')};`.split('\n').map((line) => `  ${line}`.trimEnd()),
    ),
  ]);
}
