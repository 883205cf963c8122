// A folder on an SFTP server.
import { loadPart } from '../load-part.js';
import type { StorageKind } from '../storage-kind.js';
import { type SftpSettings, sftpShape } from './sftp-settings.js';

export type { SftpSettings };

export const SFTP: StorageKind<SftpSettings> = {
  kind: 'sftp',
  shape: sftpShape,
  paths: ['privateKeyFile'],
  shown: ['host', 'port', 'path', 'hostKey', 'timeoutSeconds'],
  async open(settings, rooms) {
    const about = { name: 'ssh2', install: 'npm install --ignore-scripts ssh2' };
    const { openSftp } = await loadPart(() => import('./sftp-storage.js'), about);
    return openSftp(settings, rooms);
  },
};
