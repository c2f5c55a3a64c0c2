/** How the server is asked for a state of the district: of an edition, or as it was at a time; one of the two, or none for now. */
export type Seen = { edition: number | null; as_of: string | null };

export const seenIn = (edition: number | null): Seen => ({ edition, as_of: null });
