import { defineConfig } from 'dovetail';

export default defineConfig({
  load: {
    environments: ['demo'],
    // A table file can't speak for itself.
    files: { '1.0/020-tool.csv': { keep: 'in-step', strategy: 'mirror' } },
  },
});
