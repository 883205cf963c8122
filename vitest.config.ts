import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute or more, the longest first: begun last they would keep one worker busy while the others are done. */
const LONG = [
  'docs/pages',
  'faults/killed-',
  'import/circles',
  'cli/import-e2e',
  'round-trip/',
  'packaging/',
  'faults/',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((part) => moduleId.includes(`/test/${part}`));
      return at < 0 ? LONG.length : at;
    };
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/setup/global-setup.ts'],
    sequence: { sequencer: LongFirst },
    // No wall clock decides over a test; this only ends one that hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
    pool: 'forks',
    // The house has no globals (CONTRIBUTING.md), so files may share the modules of a process: loading them anew took each a second.
    isolate: false,
    // One more than there are processors: tests also wait, for the death of a process to be noticed or for a server to come back.
    maxWorkers: Math.min(4, availableParallelism() + 1),
  },
});
