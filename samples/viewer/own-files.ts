import { byId } from '@turnaround/plugin/viewer';

/** Takes files of the user's own, chosen or dropped anywhere on the page. */
export function listenForFiles(take: (file: File) => void): void {
  const input = byId('file', HTMLInputElement);
  const takeFirst = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (file) take(file);
  };
  input.addEventListener('change', () => {
    takeFirst(input.files);
    input.value = '';
  });
  const drop = byId('drop', HTMLDivElement);
  addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.hidden = false;
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) drop.hidden = true;
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    drop.hidden = true;
    takeFirst(event.dataTransfer?.files);
  });
}
