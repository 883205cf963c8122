// Every MUST and MUST NOT of JSON:API 1.1, by its id in the standard's list of normative statements: what it asks for, in short, and
// the tests that show it, or why it does not apply. `docs/reference/jsonapi.md` is made from it.

export interface Statement {
  readonly id: string;
  readonly section: string;
  readonly says: string;
  /** Tests of `test/api`: their file and whole name. */
  readonly shownBy?: readonly TestName[];
  /** Why nothing here has to show it; beside tests: what of it is not served. */
  readonly note?: string;
}

export interface TestName {
  /** Of `test/api`, without `.test.ts`. */
  readonly file: string;
  /** `describe: it`. */
  readonly name: string;
}

const by =
  (file: string) =>
  (name: string): TestName => ({ file, name });

const negotiation = by('negotiation');
const extensions = by('extensions');
const documents = by('documents');
const fetching = by('fetching');
const errors = by('errors');
const rules = by('writing-rules');
const writing = by('writing');

const whole = documents(
  'documents: are objects with data or errors, links, jsonapi and meta, each of its own kind, and nothing else',
);
const resources = documents(
  'documents: hold resources with type and id, both strings, and what belongs to a resource',
);
const names = documents(
  'documents: give fields names of the standard alphabet, one namespace, and no field the name type or id',
);
const unknownMembers = documents(
  'documents: are read without the members that the standard does not know, and without @-members',
);
const linkage = documents(
  'compound documents: show linkage as null, one identifier or a list, as the relationship is',
);
const compound = documents(
  'compound documents: include each resource once, in an array, and each is named by another',
);
const links = documents(
  'links: lead to what they name: self and related of documents, resources and relationships',
);
const collection = fetching('resources: of a collection come in an array, be it of one or empty');
const record = fetching('resources: come alone from their own address, and 404 where there is none');
const relationships = fetching('relationships: come as linkage: an identifier, null, a list, an empty list');
const http = [
  fetching('HTTP: sends to HEAD what it would send to GET, without the document'),
  fetching('HTTP: says with 405 and to OPTIONS which methods an address has'),
  fetching('HTTP: answers 304 without a document to whoever has it already'),
];
const written = [
  writing('updating: answers 412 to a lost update, and changes nothing'),
  rules('updating: answers 412 to If-None-Match where the record is that version'),
];
const include = fetching('include: takes paths with commas between them, of names with points between them');
const sort = fetching('sort: ascends, descends with a minus, and goes by one field after the other');
const pages = fetching(
  'pages: are linked as first, prev, next and last in the links of the collection, null where there is none',
);
const toOne = writing('updating: sets a relationship to one at its own address');
const oneOnly = rules('relationships: to one take an identifier or null, and nothing else');
const toMany = by('to-many');
const posted = [
  toMany('relationships that others refer by: get members by POST, each once, and none twice'),
  toMany('relationships through a join table: get members by POST, each once'),
];
const replaced = [
  toMany('relationships that others refer by: are replaced whole by PATCH, by nothing too'),
  toMany('relationships through a join table: are replaced by PATCH and lose members by DELETE'),
];
const bound = toMany(
  'relationships that others refer by: keep members that can not be without: 403, and nothing is written',
);
const unlinkable = toMany('what can not be linked: is refused by its place, and nothing is written');
const removed = toMany(
  'relationships that others refer by: lose members by DELETE, and succeed where they are gone already',
);

const CLIENT = 'A rule for clients.';
const AT_ONCE =
  'Does not apply: a request is answered when its work is done; nothing is accepted for later (202).';
const META_ONLY = 'Does not apply: no answer is made of `meta` alone.';

type Row = readonly [id: string, says: string, shown: readonly TestName[] | string, note?: string];

const toStatements = (section: string, rows: readonly Row[]): readonly Statement[] =>
  rows.map(([id, says, shown, note]) => ({
    id,
    section,
    says,
    ...(typeof shown === 'string' ? { note: shown } : { shownBy: shown }),
    ...(note === undefined ? {} : { note }),
  }));

export const STATEMENTS: readonly Statement[] = [
  ...toStatements('Content negotiation', [
    ['request-content-type', 'a client sends documents as the JSON:API type', CLIENT],
    ['request-accept', 'a client accepts the type at least once without parameters', CLIENT],
    ['response-ignore-parameters', 'a client ignores parameters of the type it is sent', CLIENT],
    [
      'response-content-type',
      'documents are sent as the JSON:API type, without parameters',
      [
        negotiation('answers: sends every document as application/vnd.api+json, without parameters'),
        extensions('negotiation: names in the answer what was applied, by the body or by Accept'),
      ],
      'As the text of 1.1 has it: only with the extensions and profiles that were asked for.',
    ],
    [
      'response-unsupported-media-type',
      '415 to a body whose type has parameters',
      [
        negotiation(
          'a body: is taken as application/vnd.api+json only: 415 to other types, to none, and to parameters',
        ),
        negotiation('a body: may not use an extension that is not served'),
        extensions('negotiation: answers 415 to a body of an extension that is not served, or not there'),
      ],
      'As the text of 1.1 has it: `profile` is allowed, `ext` only with extensions that are served there.',
    ],
    [
      'response-not-acceptable',
      '406 where each instance of the type that is accepted has parameters',
      [
        negotiation(
          'what is accepted: is nothing of ours where every JSON:API type has parameters: 406; those are passed over where one has none',
        ),
        negotiation(
          'what is accepted: is nothing of ours where every JSON:API type has an extension that is not served',
        ),
        extensions(
          'negotiation: answers 406 where every type that is accepted has an extension of no use there',
        ),
      ],
    ],
  ]),
  ...toStatements('Document structure', [
    ['additional-members', 'objects of the standard have no other members', [whole]],
    ['ignore-additional-members', 'members that are not known are ignored', [unknownMembers]],
    ['json-object', 'the root of a document is an object', [whole]],
    ['required-top-level', 'a document has data, errors or meta', [whole]],
    ['data-errors', 'data and errors exclude each other', [whole]],
    ['data-included', 'nothing is included where there is no data', [whole]],
    ['primary-data', 'data is one, null or an array, as what is asked for', [collection, record]],
    ['logical-collection', 'a collection is an array, whatever its size', [collection]],
    ['resource-required-top-level', 'a resource has id and type', [resources]],
    ['resource-optional-top-level', 'what else a resource may have', [whole]],
    ['resource-id-type', 'every resource has id and type', [resources]],
    ['resource-id-type-types', 'id and type are strings', [resources]],
    [
      'resource-unique',
      'type and id mean one resource',
      [documents('documents: name each resource by one type and id, and show it alike wherever it stands')],
    ],
    ['resource-type-constraints', 'a type is a member name', [whole]],
    ['resource-fields', 'fields share one namespace, with type and id', [names]],
    ['resource-attributes-key', 'attributes is an object', [whole]],
    [
      'resource-attributes-reserve-members',
      'objects in attributes reserve two names',
      'Does not apply: the text of 1.1 has it no more (attributes may hold any JSON). JSON columns come and go as they are.',
    ],
    ['resource-relationships-key', 'relationships is an object', [whole]],
    ['resource-relationships-object', 'a relationship has links, data or meta', [whole]],
    ['resource-related-resource-link', 'a related link is an address that works, related or not', [links]],
    [
      'resource-related-resource-link-change',
      'a related link stays when the relationship changes',
      [documents('links: stay the same when a relationship is changed')],
    ],
    ['resource-linkage', 'linkage is null, one identifier or an array', [linkage]],
    ['resource-link-response', 'a self link answers with its resource', [links]],
    ['resource-identifier-required-members', 'an identifier has type and id', [whole, linkage]],
    ['compound-documents-top-level-included', 'what is included is one array', [compound]],
    ['compound-documents-full-linkage', 'what is included is named by something in the document', [compound]],
    ['compound-documents-duplicates', 'each resource stands in a document once', [compound]],
    ['meta-objects', 'meta is an object', [whole]],
    ['top-level-links', 'links is an object', [whole]],
    ['top-level-links-members', 'a link is a string or an object of a link', [whole]],
    ['json-api-type', 'jsonapi is an object', [whole]],
    ['member-name-case', 'names are told apart by case', [documents('documents: tell names apart by case')]],
    ['member-name-character', 'a name has at least one letter', [whole, names]],
    ['member-name-allowed-characters-only', 'a name has only letters of the alphabet', [whole, names]],
    ['member-name-globally-allowed', 'a name begins and ends with a letter or digit', [whole, names]],
    ['member-name-reserved-characters', 'a name has none of the signs that mean something', [whole, names]],
    [
      'member-name-at-members-no-process',
      'members that begin with @ are ignored',
      [unknownMembers],
      'Inside the value of an attribute they are part of the value: it is stored as it came.',
    ],
    [
      'member-name-at-members-ignore-for-definitions',
      'the same where a rule speaks of members',
      [unknownMembers],
    ],
  ]),
  ...toStatements('Fetching', [
    ['fetch-url-support', 'what a link names can be fetched', [links]],
    ['fetch-response-code', 'a fetch that succeeds is 200', [collection, record]],
    ['fetch-primary-data-collection', 'a collection is fetched as an array', [collection]],
    [
      'fetch-primary-data-single',
      'one resource is fetched as an object, or null where one could be',
      [record, fetching('resources: that could be related, but are not, are null')],
    ],
    ['fetch-responses-404', '404 to a resource that is not there', [record]],
    ['fetch-responses-http-semantics', 'answers mean what HTTP says', http],
    ['fetch-relationships', 'the self link of a relationship can be fetched', [links, relationships]],
    ['fetch-relationships-response-200', 'a relationship that is fetched is 200', [relationships]],
    ['fetch-relationships-response-200-primary-data', 'its data is its linkage', [relationships]],
    [
      'fetch-relationships-response-404',
      '404 to the address of a relationship that is none',
      [fetching('relationships: are 404 where there is no such relationship, or no such record')],
    ],
    ['fetch-relationships-response-exists-empty', '200 to one that is empty', [relationships]],
    ['fetch-relationships-http-semantics', 'answers mean what HTTP says', http],
    [
      'inclusion-unrequested',
      'only what is asked for is included',
      [fetching('include: brings what is asked for and nothing else')],
    ],
    [
      'inclusion-include-parameter-value',
      'include is a list of paths',
      [include, fetching('relationships: include by paths that begin with the relationship itself')],
    ],
    [
      'inclusion-bad-request',
      '400 to a path that is none',
      [fetching('include: answers 400 to a path that leads nowhere')],
    ],
    [
      'sparse-fieldsets-parameter-value',
      'fields is a list of names',
      [
        fetching('fields: are only those that are asked for, by type, with commas between them'),
        fetching('fields: are 400 where there is no such field or type'),
      ],
    ],
    [
      'sparse-fieldsets-additional-fields',
      'only the fields that are asked for are sent',
      [fetching('fields: are only those that are asked for, by type, with commas between them')],
    ],
    ['sorting-parameter-value', 'sort names what is sorted by', [sort]],
    ['sorting-multiple-fields', 'several are joined by commas', [sort]],
    ['sorting-order', 'ascending, with a minus descending', [sort]],
    [
      'sorting-not-supported',
      '400 to a sort that is not served',
      [fetching('sort: answers 400 to what it can not sort by')],
    ],
    ['sorting-specified-order', 'data comes in the order that is asked for', [sort]],
    ['pagination-links-object', 'links of pages stand in the links of their collection', [pages]],
    [
      'pagination-keys',
      'they are first, last, prev and next',
      [pages],
      '`last` only with `page[total]` and pages by number.',
    ],
    ['pagination-unavailable-link', 'one that is not there is null or left out', [pages]],
    ['pagination-order', 'pages follow the sort', [fetching('pages: follow the order that is asked for')]],
  ]),
  ...toStatements('Creating, updating and deleting', [
    [
      'crud-atomic',
      'a request succeeds or fails as a whole',
      [writing('creating: tells all that is wrong with a value by its place, and writes nothing')],
    ],
    [
      'create-single-resource',
      'a resource is created from one resource object',
      [rules('creating: takes one resource object, with a type')],
    ],
    ['create-type-member', 'it has a type', [rules('creating: takes one resource object, with a type')]],
    [
      'create-relationships-member',
      'its relationships have data',
      [rules('creating: takes relationships only with data')],
    ],
    [
      'create-client-generated-ids-key',
      'an id of the client is in id, a UUID',
      'A rule for clients. Here an id is whatever the key of the table takes; the text of 1.1 makes the UUID a SHOULD.',
    ],
    [
      'create-client-generated-ids-forbidden',
      '403 where an id can not be chosen',
      [
        writing(
          'creating: takes an id that the client chose where the key may be chosen, and refuses it with 403 where not',
        ),
      ],
    ],
    [
      'create-responses-201-status',
      '201 where a resource was created',
      [writing('creating: answers with the record, its address, and what the database filled in')],
    ],
    [
      'create-responses-201-document',
      'with the resource',
      [writing('creating: answers with the record, its address, and what the database filled in')],
    ],
    [
      'create-responses-201-self',
      'self and Location are the same',
      [rules('creating: names the new resource alike in Location and in its self link')],
    ],
    ['create-responses-202', '202 where it is created later', AT_ONCE],
    [
      'create-responses-204',
      '201 or 204 to an id of the client',
      [rules('creating: names the new resource alike in Location and in its self link')],
    ],
    [
      'create-responses-409-exists',
      '409 to an id that is taken',
      [writing('creating: answers 409 where the record is there, by its id or by what identifies it')],
    ],
    [
      'create-responses-409-bad-type',
      '409 to a type of another collection',
      [writing('creating: answers 409 to another type than that of the collection')],
    ],
    ['create-http-semantics', 'answers mean what HTTP says', http],
    [
      'update-patch-resource',
      'a resource is updated by one resource object',
      [rules('updating: takes one resource object, with type and id')],
    ],
    [
      'update-patch-resource-members',
      'it has type and id',
      [rules('updating: takes one resource object, with type and id')],
    ],
    [
      'update-interpret-resource-attributes',
      'attributes that are not named stay',
      [rules('updating: leaves attributes and relationships that are not named as they are')],
    ],
    [
      'update-interpret-resource-relationships',
      'relationships that are not named stay',
      [rules('updating: leaves attributes and relationships that are not named as they are')],
    ],
    [
      'update-resource-relationship-value',
      'a relationship that is named has data',
      [rules('creating: takes relationships only with data')],
      'One reader for both.',
    ],
    [
      'update-resource-relationship-reject-full-replacement-response',
      '403 where a relationship may not be replaced',
      [bound],
    ],
    ['update-resource-202-status', '202 where it is updated later', AT_ONCE],
    [
      'update-resource-200-status',
      '200 where more has changed than was said',
      [rules('updating: answers as a fetch would, with what the database changed besides')],
    ],
    [
      'update-resource-relationship-200-response',
      'with the resource as a fetch has it',
      [rules('updating: answers as a fetch would, with what the database changed besides')],
    ],
    ['update-resource-200-meta', '200 to an answer of meta', META_ONLY],
    ['update-resource-200-meta-representation', 'which holds no resource', META_ONLY],
    [
      'update-resource-204-status',
      '200 with the resource, or 204',
      [
        writing('updating: sets what is said and leaves the rest'),
        writing('updating: sends no body where the client prefers none'),
      ],
    ],
    [
      'update-resource-403-status',
      '403 to an update that is not served',
      [
        writing('updating: takes the key where it stays, and refuses with 403 to change it'),
        rules('what can not be written: answers 403 to columns that PostgreSQL computes'),
        bound,
      ],
      'A key stays: clients, caches and other tables know the record by it.',
    ],
    [
      'update-resource-404-status',
      '404 to a resource that is not there',
      [writing('updating: answers 404 where there is no such record, 409 to another id')],
    ],
    [
      'update-resource-404-related',
      '404 to a related resource that is not there',
      [
        writing('creating: answers 404 where a related resource is not there'),
        rules('relationships: lead nowhere by an id that is empty: 404, and nothing is set'),
      ],
    ],
    [
      'update-resource-409-no-match',
      '409 to another type or id than the address has',
      [writing('updating: answers 404 where there is no such record, 409 to another id')],
    ],
    ['update-resource-http-semantics', 'answers mean what HTTP says', written],
    ['respond-patch-to-one-relationship-link', 'a relationship to one takes PATCH', [toOne]],
    ['patch-to-one-data-member', 'with an identifier or null', [oneOnly]],
    ['patch-to-one-response', 'and says that it succeeded', [toOne]],
    [
      'respond-patch-post-delete-to-many-relationship-link',
      'one to many answers PATCH, POST and DELETE',
      [...posted, ...replaced, removed],
    ],
    ['patch-post-delete-to-many-data-member', 'their body has an array', [unlinkable]],
    [
      'patch-to-many-complete-replace',
      'PATCH replaces all, or 403',
      [...replaced, bound, unlinkable],
      'What the caller may not know of stays.',
    ],
    ['post-to-many-add', 'POST adds what is not there', posted],
    ['post-to-many-add-again', 'and nothing twice', posted],
    ['post-to-many-response', 'and succeeds where all is there', posted],
    ['delete-to-many', 'DELETE removes what is named, or 403', [removed, bound]],
    ['delete-to-many-success', 'and succeeds where all is gone', [removed]],
    ['updating-relationship-202-status', '202 where it is updated later', AT_ONCE],
    ['updating-relationship-204-status', '204 where it is as the request says', [toOne]],
    [
      'updating-relationship-200-status',
      '200 where more of it has changed',
      'Does not apply: a relationship is what was sent, or the update fails.',
    ],
    ['updating-relationship-200-response', 'with the relationship', 'Does not apply: see above.'],
    ['updating-relationship-200-meta', '200 to an answer of meta', META_ONLY],
    ['updating-relationship-200-meta-content', 'which holds no relationship', META_ONLY],
    ['updating-relationship-403-status', '403 to an update that is not served', [bound]],
    ['update-relationship-http-semantics', 'answers mean what HTTP says', written],
    ['delete-202-status', '202 where it is deleted later', AT_ONCE],
    ['delete-204-status', '204 where it was deleted', [writing('deleting: removes the record, once')]],
    ['delete-200-status', '200 to an answer of meta', META_ONLY],
    [
      'deleting-http-semantics',
      'answers mean what HTTP says',
      [
        writing('deleting: answers 409 where others refer to the record'),
        writing('updating: answers 412 to a lost update, and changes nothing'),
      ],
    ],
  ]),
  ...toStatements('Query parameters', [
    [
      'query-parameters-non-alpha',
      "a server's own parameters have a sign that is not a to z",
      [
        fetching(
          'HTTP: answers 400 to query parameters that nobody knows, or that stand where they mean nothing',
        ),
      ],
      'There are none of our own: only the families of the standard.',
    ],
  ]),
  ...toStatements('Errors', [
    [
      'error-object-key',
      'errors are an array under errors',
      [errors('errors: come in an array under errors, each with id, status, code, title and detail')],
    ],
  ]),
];
