/** Names for the wire types, all derived from the generated schema by path, so that they follow the server. */
import type { paths } from "./schema";

type Json<Operation> = Operation extends { responses: { 200: { content: { "application/json": infer Body } } } }
  ? Body
  : never;

export type Profile = Json<paths["/profile"]["get"]>;
export type Level = Profile["levels"][number];
export type Text = Profile["name"];
export type Answer = Json<paths["/lookup"]["get"]>;
/** What a list of points is answered with; columns, which the viewer never sends, are answered with codes. */
export type LookupResults = Extract<Json<paths["/lookup"]["post"]>, { results: unknown }>;
export type BatchAnswer = LookupResults["results"][number];
export type Certainty = NonNullable<Answer["certainty"]>;
export type Candidate = Answer["candidates"][number];
export type Channel = NonNullable<Answer["channels"]>[number];
export type Responsible = Answer["responsible"][number];
/** What an address was taken for, with all that it may mean. */
export type AddressFound = NonNullable<Answer["address"]>;
export type AddressCandidate = AddressFound["candidates"][number];
export type Postings = Json<paths["/postings"]["get"]>;
export type Posting = Postings["items"][number];
export type Vacancies = Json<paths["/vacancies"]["get"]>;
export type Vacancy = Vacancies["items"][number];
export type FoundAreas = Json<paths["/areas"]["get"]>;
export type FoundArea = FoundAreas["items"][number];
export type Editions = Json<paths["/editions"]["get"]>;
export type Edition = Editions["items"][number];
/** What differs between two editions. */
export type Diff = Json<paths["/editions/{edition}/diff/{other}"]["get"]>;
export type ChangeCounts = Diff["counts"][number];
export type Change = Diff["items"][number];
export type Kin = Change["lineage"][number];
export type Party = NonNullable<Change["after"]>;
export type AreaDetail = Json<paths["/areas/{code}"]["get"]>;
export type AreaRef = AreaDetail["chain"][number];
export type MultiPolygon = AreaDetail["geometry"];
