/** Lets the browser keep a file that the page holds, under a name. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // the browser has taken hold of it by the time it comes to this
  setTimeout(() => URL.revokeObjectURL(link.href));
}
