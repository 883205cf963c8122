// In a dry run: what belongs to records that are not stored is new too, and judged by its cells alone.
import { addPartCounts, NO_PART_COUNTS, type PartCounts } from '../../pipeline/part-store.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { toSourceIssues } from './part-rows.js';
import type { PartPlan } from './plan-part.js';
import type { StagedChunk } from './staged-chunk.js';
import type { WrittenParts } from './write-parts.js';

/** `stage` gives the rows of one part. */
export function judgeNewParts(
  parts: readonly PartPlan[],
  stage: (part: PartPlan, index: number) => readonly StagedChunk[],
): WrittenParts {
  const issues: FoundIssue[] = [];
  const outcomes: Record<string, PartCounts> = {};
  for (const [index, part] of parts.entries()) {
    let counts = outcomes[part.name] ?? NO_PART_COUNTS;
    for (const rows of stage(part, index)) {
      issues.push(...toSourceIssues(rows, rows.tellIssues()));
      counts = addPartCounts(counts, { added: rows.staged, failed: rows.failed });
    }
    outcomes[part.name] = counts;
  }
  return { outcomes, issues };
}

/** Of two halves of the same parts. */
export function addWritten(a: WrittenParts, b: WrittenParts): WrittenParts {
  const names = Object.keys(a.outcomes);
  const sums = names.map((name) => [name, addPartCounts(a.outcomes[name]!, b.outcomes[name] ?? {})]);
  return { outcomes: Object.fromEntries(sums), issues: [...a.issues, ...b.issues] };
}
