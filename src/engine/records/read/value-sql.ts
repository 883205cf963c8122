// How a value comes into the text of a statement.

/** Puts a value into the statement: as `$1` and so on, or as a quoted constant. Its type is that of what it is compared with. */
export type ValueSql = (value: string) => string;
