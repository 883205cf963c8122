// A file that comes in pieces: what is known of it, and whose it is.

export interface UploadOwner {
  readonly kind: string;
  readonly id: string;
}

export interface Upload {
  readonly id: string;
  /** As its sender calls it, fit to be shown; never a path. */
  readonly name: string;
  /** As it was sent. */
  readonly metadata: string;
  /** Bytes that it will have. */
  readonly size: number;
  /** Bytes that are there. */
  readonly received: number;
  /** SHA-256 in hexadecimal, once all of it is there. */
  readonly sha256?: string;
  readonly expiresAt: Date;
}

/** A file that is there whole, where it lies on this machine. */
export interface UploadedFile {
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
}
