// Where what is Dovetail's own lies, and what its types are called: an application has its own users and roles.

/** Below the base of the API. */
export const OWN_BASE = '/dovetail';

export const toOwnType = (name: string): string => `dovetail-${name}`;
