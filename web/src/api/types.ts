/** The API's types under the words of the product. They are generated; nothing is described by hand. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Conversation = Schemas["Conversation"];
export type EnrollReport = Schemas["EnrollReport"];
export type Enrollment = Schemas["Enrollment"];
export type EnrollmentStatus = Enrollment["status"];
export type Grant = Schemas["Grant"];
export type ImportReport = Schemas["ImportReport"];
export type Message = Schemas["Message"];
export type RecordKind = TouchlineRecord["kind"];
export type RecordRef = Schemas["RecordRef"];
export type Sequence = Schemas["Sequence"];
export type SequenceSummary = Schemas["SequenceSummary"];
export type Session = Schemas["Session"];
export type Step = Sequence["draft"]["steps"][number];
export type TimelineEntry = Schemas["TimelineEntry"];
export type TouchlineRecord = Schemas["Record"];
export type UserRef = Schemas["UserRef"];
export type Version = Schemas["Version"];
export type WorkItem = Schemas["WorkItem"];
