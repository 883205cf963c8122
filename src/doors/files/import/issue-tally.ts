// The issues of a dry run: counted by code, the first few kept, all of them spooled where somebody wants to see them.
import { type FoundIssue, type RunIssue, toRunIssue } from '../../../engine/pipeline/index.js';
import type { IssueSpool } from './issue-spool.js';
import { type IssueGroup, toGroup } from './run-report.js';

const MOST_EXAMPLES = 5;

interface Entry {
  readonly severity: RunIssue['severity'];
  readonly code: string;
  count: number;
  readonly first: RunIssue[];
}

export class IssueTally {
  readonly #byCode = new Map<string, Entry>();
  readonly #spool: IssueSpool | undefined;

  constructor(spool: IssueSpool | undefined) {
    this.#spool = spool;
  }

  /** Of a chunk; chunks come in the order of the source. */
  async add(issues: readonly FoundIssue[]): Promise<void> {
    for (const { rowCells: _, ...issue } of issues) this.#count(issue);
    await this.#spool?.add(issues.map(toRunIssue));
  }

  /** One that is only known at the end. */
  async addLate(issue: RunIssue): Promise<void> {
    this.#count(issue);
    await this.#spool?.addLate(issue);
  }

  /** The most frequent first. */
  groups(severity: RunIssue['severity']): readonly IssueGroup[] {
    return [...this.#byCode.values()]
      .filter((entry) => entry.severity === severity)
      .sort((a, b) => b.count - a.count)
      .map((entry) => toGroup(entry.code, entry.count, entry.first));
  }

  #count(issue: RunIssue): void {
    const { severity, code } = issue;
    const key = `${severity} ${code}`;
    const entry = this.#byCode.get(key) ?? { severity, code, count: 0, first: [] };
    entry.count++;
    const { cells: _, kinds: _kinds, ...shown } = issue;
    if (entry.first.length < MOST_EXAMPLES) entry.first.push(shown);
    this.#byCode.set(key, entry);
  }
}
