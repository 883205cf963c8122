// saxes behind a small door: bounded in what it may hold, no entity but XML's own, and its complaints sorted into those
// that cost a record and those that end the source. saxes, because it is strict, streams, knows lines and has no ties.
import type { SaxesAttributePlain } from 'saxes';
import { lazyLibrary } from '../../../foundation/lifecycle/lazy-library.js';
import { formatsError } from '../formats-errors.js';
import { MAX_COLUMNS, MAX_RECORD_BYTES } from '../row-limits.js';

const saxes = lazyLibrary<typeof import('saxes')>('saxes');

export interface XmlEvents {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(): void;
  /** Text and CDATA with references resolved, in as many pieces as it happens to come. */
  text(text: string): void;
  instruction(target: string, body: string): void;
  /** Something is wrong that leaves the structure intact: the record it stands in is what it costs. */
  flaw(number: 231 | 232, what: string): void;
}

/** Deepest nesting of a document, records included. */
const MAX_DOCUMENT_DEPTH = 1000;

/** What stands in place of a byte that was no character; XML forbids it, so it can't be anything else. */
export const INVALID_SIGN = '\ufffe';

const ENTITIES = { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" };

const HARMLESS = [/"]]>" is disallowed/, /^no whitespace between attributes/];

export class XmlParser {
  /** Line on which the element opened last begins. */
  openLine = 1;
  readonly #saxes = new (saxes().SaxesParser)({ xmlns: false, position: true });
  #depth = 0;
  #attributes = 0;
  /** Where the last event ended, in characters. */
  #lastEvent = 0;
  /** Line of the last event: where what is being read began. */
  #lastLine = 1;
  #started = false;
  /** An element was closed that nobody was told of yet: saxes closes elements before it complains of a wrong end tag. */
  #closing = false;
  readonly #events: XmlEvents;
  #doctype = false;

  constructor(events: XmlEvents) {
    this.#events = events;
    const saxes = this.#saxes;
    // Without prototype: `&constructor;` must be as unknown as any other.
    saxes.ENTITIES = Object.assign(Object.create(null), ENTITIES);
    saxes.on('error', (error) => this.#judge(error.message));
    saxes.on('opentagstart', () => {
      this.#attributes = 0;
      // The sign after the name is read already; where it is a line end, it counts for the next line.
      this.openLine = saxes.column === 0 ? saxes.line - 1 : saxes.line;
    });
    saxes.on('attribute', (_attribute: SaxesAttributePlain) => {
      this.#mark();
      if (++this.#attributes > MAX_COLUMNS) throw this.#tooMany();
    });
    saxes.on('opentag', ({ name, attributes }) => {
      this.#mark();
      if (++this.#depth > MAX_DOCUMENT_DEPTH) throw this.#tooDeep();
      events.open(name, attributes);
    });
    saxes.on('closetag', () => {
      this.#mark();
      this.#depth--;
      this.#closing = true;
    });
    saxes.on('text', (text) => {
      this.#mark();
      if (this.#depth > 0) events.text(text);
    });
    saxes.on('cdata', (text) => {
      this.#mark();
      events.text(text);
    });
    saxes.on('comment', () => this.#mark());
    saxes.on('doctype', () => {
      this.#mark();
      this.#doctype = true;
    });
    saxes.on('processinginstruction', ({ target, body }) => {
      this.#mark();
      events.instruction(target, body);
    });
  }

  /** Line of the next character, from 1. */
  get line(): number {
    return this.#saxes.line;
  }

  /** Characters read. */
  get position(): number {
    return this.#saxes.position;
  }

  /** Throws FORMATS-131 for what is no XML, 109, 110 and 133 beyond the limits. `text` should be 64 kB at most. */
  write(text: string): void {
    const given = this.#started ? text : text.replace(/^\s+(?=<)/, '');
    if (given.trim() !== '') this.#started = true;
    if (!this.#started) return;
    this.#saxes.write(given);
    this.#closeOpen();
    if (this.#saxes.position - this.#lastEvent > MAX_RECORD_BYTES) throw this.#tooLong();
  }

  /** The source has ended. A source of nothing but blanks is no error. */
  end(): void {
    if (this.#started) this.#saxes.close();
    this.#closeOpen();
  }

  #mark(): void {
    this.#closeOpen();
    this.#lastEvent = this.#saxes.position;
    this.#lastLine = this.#saxes.line;
  }

  #closeOpen(): void {
    if (!this.#closing) return;
    this.#closing = false;
    this.#events.close();
  }

  #judge(message: string): void {
    const what = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    if (HARMLESS.some((pattern) => pattern.test(what))) return;
    const flaw = (number: 231 | 232, found: string): void => {
      this.#closeOpen();
      this.#events.flaw(number, found);
    };
    if (what === 'disallowed character') {
      flaw(231, 'a character that XML does not allow');
    } else if (what === 'undefined entity') {
      const known = 'an entity other than &amp; &lt; &gt; &quot; &apos;';
      flaw(232, this.#doctype ? `${known}; entities of a document type are not expanded` : known);
    } else if (what === 'malformed character entity') {
      flaw(232, 'a reference to a character that XML does not allow');
    } else if (what.startsWith('duplicate attribute')) {
      flaw(231, `a ${what}`);
    } else throw this.#broken(what);
  }

  #broken(what: string) {
    const bare = /entity name/.test(what);
    const line = bare ? this.#lastLine : this.line;
    const place = bare ? `after line ${line}` : `in line ${line}, column ${this.#saxes.column}`;
    return formatsError(131, {
      detail: `Broken XML ${place}: ${bare ? 'an & that begins no entity' : what}.`,
      hint: bare
        ? 'Write &amp; where an ampersand is meant.'
        : 'If the file was cut or is still being written, get it again; else have it written anew by its program.',
      pointer: { line },
    });
  }

  #tooDeep() {
    return formatsError(133, {
      detail: `The document nests elements deeper than ${MAX_DOCUMENT_DEPTH} in line ${this.line}.`,
      hint: 'No table of records looks like this; is the file what it should be?',
      pointer: { line: this.line },
    });
  }

  #tooMany() {
    return formatsError(110, {
      detail: `The element in line ${this.line} has more than ${MAX_COLUMNS} attributes.`,
      hint: 'Is the file what it should be?',
      pointer: { line: this.line },
    });
  }

  #tooLong() {
    return formatsError(109, {
      detail: `What begins in line ${this.#lastLine} is longer than ${MAX_RECORD_BYTES} characters without any markup.`,
      hint: 'A quote or a > is probably missing there.',
      pointer: { line: this.#lastLine },
    });
  }
}
