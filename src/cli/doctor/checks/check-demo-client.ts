// The demo's client, whose keys were shown on a screen. Servers that others reach don't start while it may come in; but one may have
// been started before the demo was.
import { DEMO_CLIENT } from '../../../app-demo-client.js';
import { type DoctorCheck, look, ok } from '../diagnosis.js';

export const checkDemoClient: DoctorCheck = {
  name: 'demo client',
  needs: 'schema',
  async look({ app }) {
    const { items = [] } = (await app.access?.clients.list({ text: DEMO_CLIENT })) ?? {};
    const isThere = items.some(({ name, disabledAt }) => name === DEMO_CLIENT && disabledAt === undefined);
    if (!isThere) return ok('There is none');
    return look(
      `${DEMO_CLIENT} may do everything, and its keys were shown; nobody but this machine may be served`,
      `dovetail clients delete ${DEMO_CLIENT}`,
    );
  },
};
