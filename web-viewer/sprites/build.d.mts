/** Where the sheets are kept. */
export const SHEETS: string;
/** The sheets and indexes of all themes, by file name. */
export function sheets(): Map<string, Buffer>;
