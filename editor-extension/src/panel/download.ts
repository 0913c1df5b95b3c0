import { element } from '@turnaround/plugin/viewer';

/** Hands a file to the browser's downloads. */
export function download(content: Blob, name: string): void {
  const link = element('a', {});
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken it by the next turn of the event loop; a minute is for slow ones.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
