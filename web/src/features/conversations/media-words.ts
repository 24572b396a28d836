/** What pictures and files are called. */

const KINDS: Record<string, string> = { image: "Picture", audio: "Sound", video: "Film" };

/** Returns what kind of thing a content type is; "File" for whatever is nothing to look at or to hear. */
export function mediumKind(contentType: string | null): string {
  return KINDS[contentType?.split("/")[0] ?? ""] ?? "File";
}

/** Returns a size in bytes as one reads it. */
export function fileSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Returns what a medium without a name of its own is called. */
export function mediumName(medium: { content_type: string | null; size: number | null }): string {
  return `${mediumKind(medium.content_type)} (${medium.content_type}, ${fileSize(medium.size ?? 0)})`;
}
