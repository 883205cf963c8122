// What the API needs of the room where uploads lie. The app hands it over.
import type { Readable } from 'node:stream';

interface Owner {
  readonly kind: string;
  readonly id: string;
}

export interface UploadState {
  readonly id: string;
  readonly metadata: string;
  readonly size: number;
  readonly received: number;
  readonly expiresAt: Date;
}

export interface UploadRooms {
  readonly maxBytes: number;
  create(
    owner: Owner,
    wish: { readonly name: string; readonly metadata: string; readonly size: number },
  ): Promise<UploadState>;
  settle(id: string, owner: Owner): Promise<UploadState>;
  append(
    id: string,
    owner: Owner,
    part: {
      readonly offset: number;
      readonly bytes: Readable;
      readonly length?: number;
      readonly checksum?: { readonly algorithm: string; readonly digest: Buffer };
    },
  ): Promise<UploadState>;
  read(
    id: string,
    owner: Owner,
  ): Promise<{
    readonly path: string;
    readonly name: string;
    readonly sha256: string;
    readonly size: number;
  }>;
  remove(id: string, owner: Owner): Promise<void>;
}
