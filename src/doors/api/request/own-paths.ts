// Addresses below the API's base that are no resource's.

export const OPERATIONS_PATH = '/operations';
