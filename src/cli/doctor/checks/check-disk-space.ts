// Sources from standard input, files of failed rows and the embedded database lie on this disk.
import { LITTLE_SPACE, readDiskSpace, TOO_LITTLE_SPACE } from '../../../foundation/observe/disk-space.js';
import { bytesText } from '../../terminal/number-text.js';
import { bad, type DoctorCheck, look, ok } from '../diagnosis.js';

export const checkDiskSpace: DoctorCheck = {
  name: 'disk space',
  needs: 'database',
  async look({ app: { dataFolder } }) {
    const free = await readDiskSpace(dataFolder);
    const says = `${bytesText(free)} are free where ${dataFolder} lies`;
    const advice = 'Make room, or keep less: `keep` in the configuration, dovetail runs prune.';
    if (free < TOO_LITTLE_SPACE) return bad(says, advice);
    return free < LITTLE_SPACE ? look(says, advice) : ok(says);
  },
};
