// Which HTTP status an error has: the one table of it.

const STATUS: Readonly<Record<string, number>> = {
  'API-101': 406,
  'API-102': 415,
  'API-103': 401,
  'API-104': 403,
  'API-105': 404,
  'API-106': 405,
  'API-107': 413,
  'API-108': 503,
  'API-109': 400,
  'API-110': 500,
  'API-111': 503,
  'API-112': 503,
  'API-201': 400,
  'API-202': 400,
  'API-203': 400,
  'API-301': 400,
  'API-302': 422,
  'API-303': 409,
  'API-401': 404,
  'API-402': 409,
  'API-403': 412,
  'API-404': 409,
  'API-405': 422,
  'READ-206': 404,
  'RECORDS-101': 403,
  'RECORDS-104': 403,
  'RECORDS-112': 403,
};

/** By the error's code; what other rooms say of a request (an unknown field, a value that doesn't fit) is 400. */
export const statusOf = (code: string): number => STATUS[code] ?? 400;
