// Before the first test file: a server to test on. After the last: nothing left of this run.
import { startTestServer } from '../support/test-server.js';

export default async function setup(): Promise<() => Promise<void>> {
  const server = await startTestServer();
  // Inherited by the processes that run the test files.
  process.env['DOVETAIL_TEST_SERVER'] = server.url;
  process.env['DOVETAIL_TEST_RUN'] = server.run;
  return server.finish;
}
