// Sources from standard input, files of failed rows and the embedded database lie on this disk.
import { statfs } from 'node:fs/promises';
import { bytesText } from '../../terminal/number-text.js';
import { bad, type DoctorCheck, look, ok } from '../diagnosis.js';
import { findExisting } from './check-data-folder.js';

const [LITTLE, TOO_LITTLE] = [2e9, 200e6];

export const checkDiskSpace: DoctorCheck = {
  name: 'disk space',
  needs: 'database',
  async look({ app: { dataFolder } }) {
    const { bavail, bsize } = await statfs(findExisting(dataFolder));
    const free = bavail * bsize;
    const says = `${bytesText(free)} are free where ${dataFolder} lies`;
    const advice = 'Make room, or keep less: `keep` in the configuration, dovetail runs prune.';
    if (free < TOO_LITTLE) return bad(says, advice);
    return free < LITTLE ? look(says, advice) : ok(says);
  },
};
