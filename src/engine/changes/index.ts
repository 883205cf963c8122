// What the room offers: the log to consumers, the stream to whoever runs it.
export type {
  Change,
  ChangeOrigin,
  ChangeTransaction,
  Gap,
  RecordValues,
  SnapshotMark,
  StreamEntry,
  TableName,
} from './change.js';
export type { ChangeLog, ChangePage, Expired, ReadOptions } from './change-log.js';
export { type ChangeTail, openChangeTail } from './change-tail.js';
export { dropParts as pruneChanges } from './log/log-parts.js';
export { comparePositions, formatPosition, type Position, parsePosition, STREAM_START } from './position.js';
export { runChangeStream, type StreamRooms } from './stream/change-stream.js';
export type { StreamEvent } from './stream/stream-event.js';
export { PUBLICATION } from './watched.js';
