// What in a document is not as JSON:API 1.1 wants every document to be: https://jsonapi.org/format/1.1/#document-structure

/** "Globally allowed characters" at both ends, also hyphen and low line within. */
const MEMBER = /^[a-zA-Z0-9\u0080-\uffff](?:[a-zA-Z0-9\u0080-\uffff_-]*[a-zA-Z0-9\u0080-\uffff])?$/;
/** RFC 3986, what may stand in a reference. */
const REFERENCE = /^(?:[!#$&'()*+,./:;=?@\w~-]|%[0-9A-F]{2})*$/i;

const TOP = ['jsonapi', 'links', 'data', 'included', 'meta', 'errors'];
const RESOURCE = ['type', 'id', 'attributes', 'relationships', 'links', 'meta'];
const ERROR = ['id', 'links', 'status', 'code', 'title', 'detail', 'source', 'meta'];
const SOURCES = ['pointer', 'parameter', 'header'];

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Each fault in words; none for a document as it should be. */
export function listFaults(document: unknown): readonly string[] {
  if (!isObject(document)) return ['the root is no object'];
  const { data, included, errors } = document;
  const faults = listOthers(document, TOP, 'the document');
  if (data === undefined && errors === undefined && document['meta'] === undefined)
    faults.push('nothing in it');
  if (data !== undefined && errors !== undefined) faults.push('data beside errors');
  if (included !== undefined && data === undefined) faults.push('included without data');
  for (const name of ['jsonapi', 'meta'])
    if (document[name] !== undefined && !isObject(document[name])) faults.push(`${name} is no object`);
  if (document['links'] !== undefined) faults.push(...listLinkFaults(document['links'], 'the document'));
  if (errors !== undefined) faults.push(...listErrorFaults(errors));
  if (data !== undefined && data !== null)
    for (const one of Array.isArray(data) ? data : [data]) faults.push(...listResourceFaults(one));
  if (included !== undefined) {
    if (!Array.isArray(included)) return [...faults, 'included is no array'];
    for (const one of included) faults.push(...listResourceFaults(one));
    faults.push(...listCompoundFaults(Array.isArray(data) ? data : [data], included));
  }
  return faults;
}

function listOthers(object: Fields, known: readonly string[], where: string): string[] {
  return Object.keys(object)
    .filter((name) => !known.includes(name))
    .map((name) => `${where} has a member '${name}'`);
}

function listResourceFaults(resource: unknown): readonly string[] {
  if (!isObject(resource)) return ['a resource is no object'];
  const { type, id, attributes, relationships, links } = resource;
  const where = `${type} ${id}`;
  const faults = listOthers(resource, RESOURCE, where);
  if (typeof type !== 'string' || typeof id !== 'string')
    faults.push(`${where}: type and id must be strings`);
  if (typeof type === 'string' && !MEMBER.test(type)) faults.push(`${where}: no type`);
  if (links !== undefined) faults.push(...listLinkFaults(links, where));
  for (const [kind, members] of Object.entries({ attributes, relationships })) {
    if (members === undefined) continue;
    if (!isObject(members)) faults.push(`${where}: ${kind} is no object`);
    else
      for (const name of Object.keys(members))
        if (!MEMBER.test(name) || ['type', 'id'].includes(name))
          faults.push(`${where}: no name is '${name}'`);
  }
  if (!isObject(relationships)) return faults;
  for (const [name, one] of Object.entries(relationships)) {
    if (isObject(attributes) && Object.hasOwn(attributes, name))
      faults.push(`${where}: ${name} is two fields`);
    faults.push(...listRelationshipFaults(one, `${where} ${name}`));
  }
  return faults;
}

function listRelationshipFaults(relationship: unknown, where: string): readonly string[] {
  if (!isObject(relationship)) return [`${where} is no object`];
  const faults = listOthers(relationship, ['links', 'data', 'meta'], where);
  if (Object.keys(relationship).length === 0) faults.push(`${where} is empty`);
  if (relationship['links'] !== undefined) faults.push(...listLinkFaults(relationship['links'], where));
  const { data } = relationship;
  for (const one of Array.isArray(data) ? data : data == null ? [] : [data])
    if (!isObject(one) || typeof one['type'] !== 'string' || typeof one['id'] !== 'string')
      faults.push(`${where}: a resource identifier without type or id`);
  return faults;
}

function listLinkFaults(links: unknown, where: string): readonly string[] {
  if (!isObject(links)) return [`${where}: links is no object`];
  return Object.entries(links)
    .filter(([, link]) => link !== null && !(typeof link === 'string' && REFERENCE.test(link)))
    .map(([name, link]) => `${where}: the link ${name} is ${JSON.stringify(link)}`);
}

function listErrorFaults(errors: unknown): readonly string[] {
  if (!Array.isArray(errors) || errors.length === 0) return ['errors is no array of errors'];
  const faults = errors.flatMap((error: unknown) => {
    if (!isObject(error)) return ['an error is no object'];
    const own = listOthers(error, ERROR, 'an error');
    for (const name of ['id', 'status', 'code', 'title', 'detail'])
      if (typeof error[name] !== 'string') own.push(`the ${name} of an error is no string`);
    const { source } = error;
    return source === undefined
      ? own
      : [...own, ...(isObject(source) ? listOthers(source, SOURCES, 'a source') : ['no source'])];
  });
  if (new Set(errors.map((error) => error.id)).size < errors.length) faults.push('two errors have one id');
  return faults;
}

/** "A compound document MUST NOT include more than one resource object for each type and id pair", and "full linkage". */
function listCompoundFaults(primary: readonly unknown[], included: readonly unknown[]): readonly string[] {
  const keyOf = (one: unknown): string => (isObject(one) ? `${one['type']} ${one['id']}` : '');
  const isResource = (one: unknown): boolean => isObject(one) && one['links'] !== undefined;
  const objects = [...primary.filter(isResource), ...included].map(keyOf);
  const named = new Set(primary.map(keyOf));
  for (const one of [...primary, ...included])
    if (isObject(one) && isObject(one['relationships']))
      for (const { data } of Object.values(one['relationships']) as Fields[])
        for (const linked of Array.isArray(data) ? data : [data]) named.add(keyOf(linked));
  return [
    ...(new Set(objects).size < objects.length ? ['a resource stands in it twice'] : []),
    ...included.filter((one) => !named.has(keyOf(one))).map((one) => `nothing names ${keyOf(one)}`),
  ];
}
